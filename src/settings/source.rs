//! What answers: a model in this process, or another program.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `--model`, through llama.cpp in this process.
    #[default]
    Model,
    /// `--engine command:PROGRAM`: a program with its arguments, split as a shell splits them.
    Command(String),
}

impl Source {
    /// Returns whether it is a model in this process.
    #[must_use]
    pub fn is_model(&self) -> bool {
        *self == Self::Model
    }

    /// Returns the words of the command: the program and its arguments.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Model => Vec::new(),
            Self::Command(command) => shlex::split(command).unwrap_or_default(),
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Model => formatter.write_str("llama.cpp"),
            Self::Command(command) => write!(formatter, "command:{command}"),
        }
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "llama.cpp" {
            return Ok(Self::Model);
        }
        let command = text.strip_prefix("command:").ok_or("expected command:PROGRAM, or llama.cpp")?;
        match shlex::split(command) {
            Some(words) if !words.is_empty() => Ok(Self::Command(command.to_owned())),
            Some(_) => Err("no program is named after command:".to_owned()),
            None => Err(format!("{command:?} has a quote that is not closed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_and_its_arguments() {
        let source: Source = "command:python3 'my model.py' --fast".parse().unwrap();
        assert_eq!(source.words(), ["python3", "my model.py", "--fast"]);
        assert_eq!(source.to_string().parse(), Ok(source));
        assert_eq!("llama.cpp".parse(), Ok(Source::Model));
        for bad in ["", "vllm", "command:", "command:  ", "command:'a"] {
            assert!(bad.parse::<Source>().is_err(), "{bad}");
        }
    }
}
