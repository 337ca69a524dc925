//! One model, positional or with `-m`.

use clap::Args;

use crate::jobs::InputError;

#[derive(Clone, Debug, Args)]
pub struct OneModel {
    /// `demo`, a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub
    #[arg(value_name = "MODEL", conflicts_with = "model")]
    pub named: Option<String>,
    /// Same as MODEL
    #[arg(short, long, value_name = "MODEL", env = "LLAMA_ARG_MODEL")]
    pub model: Option<String>,
}

impl OneModel {
    /// Returns the model that was named, if any.
    pub fn name(&self) -> Option<&str> {
        self.named.as_deref().or(self.model.as_deref())
    }

    /// Returns the model of a command without a default.
    ///
    /// # Errors
    /// If none was named.
    pub fn required(&self) -> Result<&str, InputError> {
        let hint = "name `demo`, a .gguf file, or user/repo[:LEVEL] on the hub";
        self.name().ok_or_else(|| InputError::new("no model named", hint))
    }
}
