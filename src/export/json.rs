//! JSON and JSON lines.

use serde::Serialize;

/// Renders one indented document with a final newline.
///
/// # Errors
/// If the value cannot be serialised.
pub fn pretty(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Renders one line per row.
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
