//! Reads tables back with outside readers, as rows of JSON values: what is missing is null.

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::{Map, Value};

pub type Row = Map<String, Value>;

/// All values are text; an empty field is null.
pub fn csv(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let field = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let row = |row: csv::StringRecord| header.iter().map(str::to_owned).zip(row.iter().map(field)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

pub fn parquet(path: &Path) -> Vec<Row> {
    use parquet::file::reader::SerializedFileReader;
    use parquet::record::Field;
    let value = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Str(text) => text.as_str().into(),
        Field::Bool(truth) => (*truth).into(),
        Field::Long(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Float(number) => (*number).into(),
        other => panic!("{other:?}"),
    };
    let reader = SerializedFileReader::try_from(path).unwrap();
    let rows = reader.into_iter().map(Result::unwrap);
    rows.map(|row| row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect())
        .collect()
}

pub fn xlsx(path: &Path) -> Vec<Row> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let formulas = book.worksheet_formula("Sheet1").unwrap();
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "a cell is a formula");
    let sheet = book.worksheet_range("Sheet1").unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    let value = |cell: &Data| match cell {
        Data::Empty => Value::Null,
        Data::String(text) => text.as_str().into(),
        Data::Bool(truth) => (*truth).into(),
        Data::Float(number) => (*number).into(),
        other => panic!("{other:?}"),
    };
    rows.map(|row| header.iter().cloned().zip(row.iter().map(value)).collect()).collect()
}

/// Cells of a table in Markdown as a reader sees them; `<br>` is a line break, and other markup is none of a table's.
pub fn markdown(text: &str) -> Vec<Vec<String>> {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let mut rows: Vec<Vec<String>> = Vec::new();
    for event in Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.last_mut().unwrap().push(String::new()),
            Event::Text(text) => rows.last_mut().unwrap().last_mut().unwrap().push_str(&text),
            Event::InlineHtml(html) if &*html == "<br>" => {
                rows.last_mut().unwrap().last_mut().unwrap().push('\n')
            }
            Event::Start(Tag::Table(_)) => {}
            Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell) => {}
            other => panic!("markup in a cell: {other:?}"),
        }
    }
    rows
}
