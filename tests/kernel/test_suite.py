"""Jupyter's own test suite for kernels, with all of its samples."""

import jupyter_kernel_test as jkt


class BioXenTests(jkt.KernelTests):
    kernel_name = "bioxen"
    language_name = "rhai"
    file_extension = ".rhai"

    code_hello_world = 'print("hello, world")'
    code_stderr = 'debug("careful")'
    code_page_something = "?run"
    code_generate_error = "nowhere"
    code_inspect_sample = "create_bio_vm"
    code_clear_output = "clear_output()"
    code_display_data = [
        {
            "code": '%%svg\nplot_resources(run(1.min)).show()',
            "mime": "image/svg+xml",
        },
        {
            "code": 'plot_resources(run(1.min)).show()',
            "mime": "image/png",
        },
    ]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "2.5.min", "mime": "text/plain", "result": "2.5 min"},
        {"code": "run(1.min)", "mime": "image/png"},
    ]
    completion_samples = [
        {"text": "create_bio", "matches": {"create_bio_vm", "create_bio_vms"}},
        {"text": 'create_bio_vm("x", "syn', "matches": {"syn3a"}},
    ]
    complete_code_samples = ["1", "let a = 1;", "fn f(x) {\n    x\n}", "%%time\n1"]
    incomplete_code_samples = ["fn f(x) {", "run(1.min", '/* on and on', "[1, 2,"]
    invalid_code_samples = ["let = 1;", "1 +* 2", "fn 3() {}"]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7*"
