//! What the kernel says about itself.

use serde_json::{Value, json};

use crate::wire::PROTOCOL;

/// The text with which a console greets.
pub(crate) fn banner() -> String {
    format!(
        "BioXen {} - genomes as virtual machines inside one host cell\n\
         ?name explains a name, Tab completes, %%live, %%time, %%vm, %%writefile and %%svg, %%pdf, %%html, %%vega begin a cell",
        env!("CARGO_PKG_VERSION")
    )
}

/// The answer to `kernel_info_request`.
pub(crate) fn kernel_info() -> Value {
    json!({
        "status": "ok",
        "protocol_version": PROTOCOL,
        "implementation": "bioxen",
        "implementation_version": env!("CARGO_PKG_VERSION"),
        "language_info": {
            "name": "rhai",
            "version": env!("CARGO_PKG_VERSION"),
            "mimetype": "text/x-rhai",
            "file_extension": ".rhai",
            // Who knows no Rhai colours its words as those of Rust.
            "pygments_lexer": "rust",
            "codemirror_mode": { "name": "rhai", "mime": "text/x-rustsrc" },
            "nbconvert_exporter": "script",
        },
        "banner": banner(),
        "debugger": false,
        "supported_features": [],
        "help_links": [
            { "text": "The Rhai book", "url": "https://rhai.rs/book/" },
            { "text": "Jupyter", "url": "https://docs.jupyter.org/" },
        ],
    })
}

/// The content of an answer that says that something went wrong.
pub(crate) fn error(ename: &str, evalue: &str, traceback: &[String]) -> Value {
    json!({ "status": "error", "ename": ename, "evalue": evalue, "traceback": traceback })
}
