//! JSON and JSON lines.
//!
//! An estimate is written as two keys: `accuracy` is the number, `accuracy_interval` the rest of it, so that a
//! script reads `report["overall"]["accuracy"]` as a number.

use serde::Serialize;
use serde_json::{Map, Value};

/// Ending of the key next to an estimate.
const INTERVAL: &str = "_interval";

/// Keys of an estimate, as it is serialised by itself.
const ESTIMATE: [&str; 6] = ["point", "low", "high", "level", "n", "method"];

/// Renders one indented document with a final newline.
///
/// # Errors
/// If the value cannot be serialised.
pub fn pretty(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(&plain(serde_json::to_value(value)?))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Renders one line per row, without looking for estimates in it.
///
/// # Errors
/// If a row cannot be serialised.
pub fn lines(rows: &[impl Serialize]) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Renders one document on a line.
///
/// # Errors
/// If the value cannot be serialised.
pub fn line(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    lines(&[plain(serde_json::to_value(value)?)])
}

/// Replaces every estimate under a key by its number, with the rest of it under `KEY_interval`. An estimate
/// without a key, in a list, stays as it is.
#[must_use]
pub fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut found = Map::new();
            for (key, value) in fields {
                match value {
                    Value::Object(mut estimate) if is_estimate(&estimate) => {
                        let point = estimate.shift_remove("point").unwrap_or_default();
                        let interval = format!("{key}{INTERVAL}");
                        found.insert(key, point);
                        found.insert(interval, Value::Object(estimate));
                    }
                    value => {
                        found.insert(key, plain(value));
                    }
                }
            }
            Value::Object(found)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        value => value,
    }
}

/// Undoes [`plain`]. A document written before it existed stays as it is.
#[must_use]
pub fn nested(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            for key in keys {
                let interval = format!("{key}{INTERVAL}");
                let Some(Value::Object(rest)) = fields.get(&interval) else { continue };
                let mut estimate = Map::new();
                estimate.insert("point".to_owned(), fields[&key].clone());
                estimate.extend(rest.clone());
                if is_estimate(&estimate) {
                    fields.insert(key, Value::Object(estimate));
                    fields.shift_remove(&interval);
                }
            }
            Value::Object(fields.into_iter().map(|(key, value)| (key, nested(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(nested).collect()),
        value => value,
    }
}

fn is_estimate(fields: &Map<String, Value>) -> bool {
    fields.len() == ESTIMATE.len() && ESTIMATE.iter().all(|key| fields.contains_key(*key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_estimate_is_a_number_with_its_interval_beside() {
        let estimate =
            json!({"point": 0.5, "low": 0.4, "high": 0.6, "level": 0.95, "n": 9, "method": "wilson"});
        let written = json!({"rows": [{"accuracy": estimate, "n": 3}], "none": null, "list": [estimate]});
        let found = plain(written.clone());
        assert_eq!(found["rows"][0]["accuracy"], 0.5);
        assert_eq!(
            found["rows"][0]["accuracy_interval"],
            json!({"low": 0.4, "high": 0.6, "level": 0.95, "n": 9, "method": "wilson"})
        );
        let keys: Vec<&String> = found["rows"][0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["accuracy", "accuracy_interval", "n"]);
        assert_eq!(found["list"][0], estimate);
        assert_eq!(nested(found), written);
        assert_eq!(nested(written.clone()), written);
    }
}
