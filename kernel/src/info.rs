//! The description of the kernel (`kernel_info`).

use crate::messages::{HelpLink, KernelInfo, LanguageInfo, Mode, Reply};
use crate::wire::PROTOCOL;

/// The text with which a console greets.
pub(crate) fn banner() -> String {
    format!(
        "BioXen {} - genomes as virtual machines inside one host cell\n\
         ?name explains a name, Tab completes, %%live, %%rust, %%time, %%vm, %%writefile and %%svg, %%pdf, %%html, %%vega begin a cell",
        env!("CARGO_PKG_VERSION")
    )
}

/// The answer to `kernel_info_request`.
pub(crate) fn kernel_info() -> Reply<KernelInfo> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let link = |text: &str, url: &str| HelpLink { text: text.to_owned(), url: url.to_owned() };
    Reply::Ok(KernelInfo {
        protocol_version: PROTOCOL.to_owned(),
        implementation: "bioxen".to_owned(),
        implementation_version: version.clone(),
        language_info: LanguageInfo {
            name: "rhai".to_owned(),
            version,
            mimetype: "text/x-rhai".to_owned(),
            file_extension: ".rhai".to_owned(),
            // Who knows no Rhai colours its words as those of Rust.
            pygments_lexer: "rust".to_owned(),
            codemirror_mode: Mode { name: "rhai".to_owned(), mime: "text/x-rustsrc".to_owned() },
            nbconvert_exporter: "script".to_owned(),
        },
        banner: banner(),
        debugger: false,
        supported_features: Vec::new(),
        help_links: vec![
            link("The Rhai book", "https://rhai.rs/book/"),
            link("Jupyter", "https://docs.jupyter.org/"),
        ],
    })
}
