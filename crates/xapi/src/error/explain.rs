//! The errors of XAPI in plain words.

/// What an error says, and its code, by which it is found in the documentation of XAPI.
pub(super) fn explain(code: &str, params: &[String]) -> String {
    let param = |at: usize| params.get(at).map_or("?", String::as_str);
    let gigabytes = |at: usize| {
        let bytes = params.get(at).and_then(|p| p.parse::<f64>().ok());
        bytes.map_or_else(|| param(at).to_owned(), |b| format!("{:.2} GB", b / f64::from(1 << 30)))
    };
    let words = match code {
        "HOST_NOT_ENOUGH_FREE_MEMORY" => format!(
            "no host has enough free memory: {} are needed, {} are free; lower `vm_memory` or stop machines",
            gigabytes(0),
            gigabytes(1)
        ),
        "NO_HOSTS_AVAILABLE" => {
            "no host of the pool can run it: too little memory, or its storage or network is on none".to_owned()
        }
        "VM_BAD_POWER_STATE" => format!("the machine is {}, and must be {}", param(2), param(1)),
        "VM_IS_TEMPLATE" => "it is still a template".to_owned(),
        "RBAC_PERMISSION_DENIED" => format!(
            "the user's role does not allow {}; machines with their memory need the role vm-power-admin",
            param(0)
        ),
        "VM_LACKS_FEATURE" => "the guest lacks the guest tools that this needs".to_owned(),
        "VM_SHUTDOWN_TIMEOUT" => "the guest did not shut down in time".to_owned(),
        "HANDLE_INVALID" => format!("the {} is gone", param(0)),
        "UUID_INVALID" => format!("there is no {} {}", param(0), param(1)),
        "SR_FULL" | "SR_SPACE_LIMIT_EXCEEDED" => {
            "the storage repository is full; name another one in `storage_repository`".to_owned()
        }
        "OPERATION_NOT_ALLOWED" => format!("it is not allowed: {}", param(0)),
        "MEMORY_CONSTRAINT_VIOLATION_ORDER" | "MEMORY_CONSTRAINT_VIOLATION_MAXPIN" => {
            "the pool refuses these limits of memory; the template asks for more, or for another order"
                .to_owned()
        }
        "HOST_IS_SLAVE" => format!("the host that was named as the master is a slave, of {}", param(0)),
        "HOST_STILL_BOOTING" => "the host is still booting; try again in a minute".to_owned(),
        "SESSION_INVALID" => "the session has ended again right after logging in".to_owned(),
        "MESSAGE_METHOD_UNKNOWN" => "this version of XAPI does not have it".to_owned(),
        "LICENCE_RESTRICTION" | "LICENSE_RESTRICTION" => "the licence of the host forbids it".to_owned(),
        _ => {
            let told: Vec<&str> =
                params.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
            return if told.is_empty() {
                code.to_owned()
            } else {
                format!("{code} ({})", told.join(", "))
            };
        }
    };
    format!("{words} ({code})")
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn memory_is_told_in_gigabytes_and_unknown_codes_as_they_are() {
        let params = ["4294967296".to_owned(), "1073741824".to_owned()];
        let told = explain("HOST_NOT_ENOUGH_FREE_MEMORY", &params);
        assert!(told.contains("4.00 GB are needed, 1.00 GB are free"), "{told}");
        assert_eq!(explain("NEW_CODE", &["a".to_owned(), String::new()]), "NEW_CODE (a)");
        assert_eq!(explain("NEW_CODE", &[]), "NEW_CODE");
    }
}
