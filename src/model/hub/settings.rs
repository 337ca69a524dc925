//! Addresses of the hub and its cache, from the environment variables of the hub's own tools.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::error::HubError;

/// Address of the public hub.
const ENDPOINT: &str = "https://huggingface.co";

/// Address of the files in public GitHub repositories.
pub const GITHUB: &str = "https://raw.githubusercontent.com";

/// Addresses, token and cache.
#[derive(Clone)]
pub struct HubSettings {
    /// Address of the hub, without a trailing slash.
    pub endpoint: String,
    /// Address of GitHub's files, without a trailing slash.
    pub github: String,
    /// Token that is sent to `endpoint` and to no other host.
    pub token: Option<Token>,
    /// Folder with `models--user--repo` and `datasets--user--repo`.
    pub cache: PathBuf,
    /// Whether only the cache is used.
    pub offline: bool,
}

/// An access token, and where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The token.
    pub secret: String,
    /// `HF_TOKEN`, or the path of a file.
    pub place: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token(from {})", self.place)
    }
}

/// Whether the hub's own variable `HF_HUB_OFFLINE` forbids downloads.
#[must_use]
pub fn is_offline_by_variable() -> bool {
    std::env::var_os("HF_HUB_OFFLINE").is_some_and(|value| is_on(&value))
}

impl HubSettings {
    /// Reads the settings from the environment.
    ///
    /// # Errors
    /// Fails if an endpoint or a proxy is not an address, or no cache folder is known.
    pub fn from_env(offline: bool) -> Result<Self, HubError> {
        Self::of(
            &|name| std::env::var_os(name).filter(|value| !value.is_empty()),
            std::env::home_dir(),
            offline,
        )
    }

    fn of(
        variable: &dyn Fn(&str) -> Option<OsString>,
        home: Option<PathBuf>,
        offline: bool,
    ) -> Result<Self, HubError> {
        let cache = cache_folder(variable, home.clone()).ok_or(HubError::NoCacheFolder)?;
        let offline = offline || variable("HF_HUB_OFFLINE").is_some_and(|value| is_on(&value));
        if !offline {
            check_proxies(variable)?;
        }
        Ok(Self {
            endpoint: endpoint(variable, &["MODEL_ENDPOINT", "HF_ENDPOINT"], ENDPOINT)?,
            github: endpoint(variable, &["GITHUB_RAW_ENDPOINT"], GITHUB)?,
            token: token(variable, home),
            cache,
            offline,
        })
    }
}

/// Returns whether the hub's tools read a value as yes.
fn is_on(value: &OsString) -> bool {
    ["1", "ON", "YES", "TRUE"].contains(&value.to_string_lossy().to_uppercase().as_str())
}

/// Returns the cache folder in llama.cpp's order: `LLAMA_CACHE`, `HF_HUB_CACHE` and its older name,
/// `HF_HOME/hub`, `XDG_CACHE_HOME/huggingface/hub`, `~/.cache/huggingface/hub`.
fn cache_folder(variable: &dyn Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let folder = |name: &str, below: &str| variable(name).map(|value| PathBuf::from(value).join(below));
    ["LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]
        .into_iter()
        .find_map(variable)
        .map(PathBuf::from)
        .or_else(|| folder("HF_HOME", "hub"))
        .or_else(|| folder("XDG_CACHE_HOME", "huggingface/hub"))
        .or_else(|| home.map(|home| home.join(".cache/huggingface/hub")))
}

/// Returns the address in the first of these variables that is set, or the public one. For the hub,
/// llama.cpp's `MODEL_ENDPOINT` precedes `HF_ENDPOINT`.
fn endpoint(
    variable: &dyn Fn(&str) -> Option<OsString>,
    names: &[&'static str],
    public: &str,
) -> Result<String, HubError> {
    for &name in names {
        let Some(value) = variable(name) else { continue };
        let value = value.to_string_lossy().trim().trim_end_matches('/').to_owned();
        if !value.starts_with("http://") && !value.starts_with("https://") {
            return Err(HubError::Endpoint { variable: name, value });
        }
        return Ok(value);
    }
    Ok(public.to_owned())
}

/// Checks that the HTTP client can read one of the proxies of the environment, if any is set: it skips the others.
fn check_proxies(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<(), HubError> {
    let names = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let mut unreadable = None;
    for (name, value) in names.iter().filter_map(|name| Some((*name, variable(name)?))) {
        if ureq::Proxy::new(&value.to_string_lossy()).is_ok() {
            return Ok(());
        }
        unreadable = unreadable.or(Some(name));
    }
    unreadable.map_or(Ok(()), |variable| Err(HubError::Proxy { variable }))
}

/// Returns `HF_TOKEN`, otherwise the token in the file that the hub's `login` writes.
fn token(variable: &dyn Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<Token> {
    let tidy = |text: &str, place: String| {
        let secret = text.trim().to_owned();
        (!secret.is_empty()).then_some(Token { secret, place })
    };
    let file = || {
        let folder = |name: &str, below: &str| variable(name).map(|value| PathBuf::from(value).join(below));
        let path = variable("HF_TOKEN_PATH")
            .map(PathBuf::from)
            .or_else(|| folder("HF_HOME", "token"))
            .or_else(|| folder("XDG_CACHE_HOME", "huggingface/token"))
            .or_else(|| home.map(|home| home.join(".cache/huggingface/token")))?;
        tidy(&fs_err::read_to_string(&path).ok()?, path.display().to_string())
    };
    let variable =
        variable("HF_TOKEN").and_then(|value| tidy(&value.to_string_lossy(), "HF_TOKEN".to_owned()));
    variable.or_else(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<HubSettings, HubError> {
        let variable = |name: &str| {
            variables.iter().find(|(one, _)| *one == name).map(|(_, value)| OsString::from(value))
        };
        HubSettings::of(&variable, Some(PathBuf::from("/no-such-home")), false)
    }

    #[test]
    fn the_cache_is_where_the_hub_s_tools_keep_it() {
        assert_eq!(
            with(&[("LLAMA_CACHE", "/l"), ("HF_HUB_CACHE", "/a")]).unwrap().cache,
            PathBuf::from("/l")
        );
        let all = [("HF_HUB_CACHE", "/a"), ("HF_HOME", "/b"), ("XDG_CACHE_HOME", "/c")];
        let cache = |from: usize| with(&all[from..]).unwrap().cache;
        assert_eq!(cache(0), PathBuf::from("/a"));
        assert_eq!(cache(1), PathBuf::from("/b/hub"));
        assert_eq!(cache(2), PathBuf::from("/c/huggingface/hub"));
        assert_eq!(cache(3), PathBuf::from("/no-such-home/.cache/huggingface/hub"));
    }

    #[test]
    fn endpoints() {
        assert_eq!(with(&[]).unwrap().endpoint, ENDPOINT);
        let mirror = with(&[("MODEL_ENDPOINT", "http://mirror.test/"), ("HF_ENDPOINT", "http://other.test")]);
        assert_eq!(mirror.unwrap().endpoint, "http://mirror.test");
        assert_eq!(with(&[]).unwrap().github, GITHUB);
        assert_eq!(with(&[("GITHUB_RAW_ENDPOINT", "http://a.test/")]).unwrap().github, "http://a.test");
        assert!(matches!(with(&[("HF_ENDPOINT", "mirror")]), Err(HubError::Endpoint { .. })));
    }

    #[test]
    fn tokens() {
        let secret = |variables: &[(&str, &str)]| with(variables).unwrap().token.map(|token| token.secret);
        assert_eq!(secret(&[("HF_TOKEN", " hf_x\n")]).as_deref(), Some("hf_x"));
        assert_eq!(with(&[("HF_TOKEN", " ")]).unwrap().token, None);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "hf_y\n").unwrap();
        let home = folder.path().to_str().unwrap();
        assert_eq!(secret(&[("HF_HOME", home), ("HF_TOKEN", "hf_x")]).as_deref(), Some("hf_x"));
        let token = with(&[("HF_HOME", home)]).unwrap().token.unwrap();
        assert_eq!(token.secret, "hf_y");
        assert_eq!(token.place, folder.path().join("token").display().to_string());
    }

    #[test]
    fn a_proxy_that_cannot_be_read_is_an_error() {
        for bad in ["::bad::", "ftp://proxy:1"] {
            assert!(matches!(
                with(&[("https_proxy", bad)]),
                Err(HubError::Proxy { variable: "https_proxy" })
            ));
            assert!(with(&[("https_proxy", bad), ("HF_HUB_OFFLINE", "1")]).is_ok());
        }
        let good = ("HTTPS_PROXY", "http://user:secret@proxy.test:3128");
        assert!(with(&[good]).is_ok());
        assert!(with(&[good, ("HTTP_PROXY", "::bad::")]).is_ok());
    }

    #[test]
    fn offline_by_variable() {
        assert!(!with(&[]).unwrap().offline && !with(&[("HF_HUB_OFFLINE", "0")]).unwrap().offline);
        assert!(with(&[("HF_HUB_OFFLINE", "1")]).unwrap().offline);
    }
}
