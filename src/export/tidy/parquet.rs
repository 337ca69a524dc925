//! Parquet with typed columns, compressed with Zstandard; rows are written in groups.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::table_writer::{Remark, TableWriter};
use super::value::{Column, Kind, Value};
use crate::record::BoxError;

/// Rows of a group.
const GROUP_ROWS: usize = 1 << 16;

/// Bytes of text of a group: readers of this program stop at 512 MiB in a column.
const GROUP_BYTES: usize = 64 << 20;

pub(super) struct Parquet<'a> {
    writer: SerializedFileWriter<&'a mut (dyn Write + Send)>,
    columns: Vec<Buffer>,
    rows: usize,
    bytes: usize,
}

/// The values of a column in the present group, and for each row whether it has one.
struct Buffer {
    values: Values,
    present: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Single(Vec<f32>),
    Truth(Vec<bool>),
}

impl<'a> Parquet<'a> {
    pub fn begin(columns: &[Column], to: &'a mut (dyn Write + Send)) -> Result<Self, BoxError> {
        let fields = columns.iter().map(|column| Ok(Arc::new(field(column)?)));
        let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let compression = Compression::ZSTD(ZstdLevel::try_new(3)?);
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { writer, columns: columns.iter().map(Buffer::of).collect(), rows: 0, bytes: 0 })
    }

    /// Writes the rows that have come as a group.
    fn flush(&mut self) -> Result<(), BoxError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let mut writer = group.next_column()?.ok_or("a column more than the schema has")?;
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl TableWriter for Parquet<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError> {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value)?;
            if let Value::Text(text) = value {
                self.bytes += text.len();
            }
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<Option<Remark>, BoxError> {
        self.flush()?;
        self.writer.close()?;
        Ok(None)
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Unsigned => (Physical::INT64, Some(LogicalType::integer(64, false))),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Single => (Physical::FLOAT, None),
        Kind::Truth => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

impl Buffer {
    fn of(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Integer | Kind::Unsigned => Values::Whole(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Single => Values::Single(Vec::new()),
            Kind::Truth => Values::Truth(Vec::new()),
        };
        Self { values, present: Vec::new() }
    }

    fn push(&mut self, value: &Value<'_>) -> Result<(), BoxError> {
        match (&mut self.values, value) {
            (_, Value::Missing) => {}
            (Values::Text(values), Value::Text(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()))
            }
            (Values::Whole(values), Value::Integer(number)) => values.push(*number),
            // The bits of the number; the schema says that they have no sign.
            (Values::Whole(values), Value::Unsigned(number)) => values.push(number.cast_signed()),
            (Values::Number(values), Value::Number(number)) => values.push(*number),
            (Values::Single(values), Value::Single(number)) => values.push(*number),
            (Values::Truth(values), Value::Truth(truth)) => values.push(*truth),
            (_, value) => return Err(format!("{value:?} is not of its column's type").into()),
        }
        self.present.push(i16::from(*value != Value::Missing));
        Ok(())
    }

    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        fn put<T: DataType>(
            writer: &mut SerializedColumnWriter<'_>,
            values: &mut Vec<T::T>,
            present: &[i16],
        ) -> Result<(), ParquetError> {
            writer.typed::<T>().write_batch(values, Some(present), None)?;
            values.clear();
            Ok(())
        }
        let present = &self.present;
        match &mut self.values {
            Values::Text(values) => put::<ByteArrayType>(writer, values, present),
            Values::Whole(values) => put::<Int64Type>(writer, values, present),
            Values::Number(values) => put::<DoubleType>(writer, values, present),
            Values::Single(values) => put::<FloatType>(writer, values, present),
            Values::Truth(values) => put::<BoolType>(writer, values, present),
        }?;
        self.present.clear();
        Ok(())
    }
}
