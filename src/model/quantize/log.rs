//! Relevant lines of llama.cpp's quantizer log.

/// A relevant line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogLine {
    /// A tensor is finished.
    Tensor {
        /// Number of the tensor, from 1.
        number: u64,
        /// Number of all tensors.
        total: u64,
        /// Name of the tensor.
        name: String,
    },
    /// The shape of a tensor does not allow its intended type.
    Misfit(Misfit),
    /// Size of all tensors in bytes, to the hundredth of a mebibyte.
    Size(u64),
    /// Reason of a failure.
    Failed(String),
}

/// A tensor whose shape does not allow its intended type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Name of the tensor.
    pub name: String,
    /// Intended type, in capitals.
    pub meant: String,
    /// Number that the row length must be a multiple of for that type.
    pub multiple: u64,
}

impl LogLine {
    /// Parses a line; `None` if it is not relevant.
    pub fn parse(line: &str) -> Option<Self> {
        if let Some((_, reason)) = line.split_once("failed to quantize: ") {
            return Some(Self::Failed(reason.trim().to_owned()));
        }
        if line.contains(" not divisible by ") {
            return misfit(line).map(Self::Misfit);
        }
        if let Some((_, size)) = line.split_once("quant size  =") {
            let mebibytes: f64 = size.split("MiB").next()?.trim().parse().ok()?;
            return Some(Self::Size((mebibytes * f64::from(1 << 20)).ceil() as u64));
        }
        let (counts, rest) = line.strip_prefix('[')?.split_once(']')?;
        let (number, total) = counts.split_once('/')?;
        let (name, _) = rest.split_once(" - [")?;
        let number_of = |text: &str| text.trim().parse().ok();
        Some(Self::Tensor {
            number: number_of(number)?,
            total: number_of(total)?,
            name: name.trim().to_owned(),
        })
    }
}

/// Parses `warning: NAME - ncols 576 not divisible by 256 (required for type q4_K) -> falling back to q5_0`.
fn misfit(line: &str) -> Option<Misfit> {
    let (_, rest) = line.split_once("warning: ")?;
    let (name, rest) = rest.split_once(" - ncols ")?;
    let (_, rest) = rest.split_once(" not divisible by ")?;
    let (multiple, rest) = rest.split_once('(')?;
    let (_, rest) = rest.split_once("for type")?;
    let (meant, _) = rest.split_once(')')?;
    Some(Misfit {
        name: name.trim().to_owned(),
        meant: meant.trim().to_uppercase(),
        multiple: multiple.trim().parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_tell_something() {
        let tensor = "[  12/ 311] blk.0.attn_q.weight                  - [  576,   576,     1,     1], type =    \
                      f16, converting to q5_0 .. size =     0.63 MiB ->     0.22 MiB";
        let name = "blk.0.attn_q.weight".to_owned();
        let expected = LogLine::Tensor { number: 12, total: 311, name: name.clone() };
        assert_eq!(LogLine::parse(tensor), Some(expected));
        let warning = "warning: blk.0.attn_q.weight                  - ncols    576 not divisible by 256 (required \
                       for type    q4_K) -> falling back to    q5_0";
        let expected = Misfit { name, meant: "Q4_K".to_owned(), multiple: 256 };
        assert_eq!(LogLine::parse(warning), Some(LogLine::Misfit(expected)));
        let size = "llama_model_quantize_impl: quant size  =     1.50 MiB (4.56 BPW)";
        assert_eq!(LogLine::parse(size), Some(LogLine::Size(3 << 19)));
        let failed = "[   1/  40] a - [ 2], type = q8_0, llama_model_quantize: failed to quantize: no";
        assert_eq!(LogLine::parse(failed), Some(LogLine::Failed("no".to_owned())));
        for other in ["", "[", "[a/b] c - [1]", "load_tensors: x", "llama: model size  = 1 MiB"] {
            assert_eq!(LogLine::parse(other), None, "{other}");
        }
    }
}
