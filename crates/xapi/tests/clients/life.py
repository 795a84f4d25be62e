"""The life of a machine in a pool, by the Python package XenAPI (XML-RPC): life.py URL PASSWORD."""

import sys
import time

import XenAPI

URL, PASSWORD = sys.argv[1:]


def refused(code, call, *params):
    """Whether a call is refused with a code."""
    try:
        call(*params)
    except XenAPI.Failure as failure:
        assert failure.details[0] == code, failure.details
        return failure.details
    raise AssertionError(f"not refused with {code}")


def run(task):
    """The result of a task."""
    while x.task.get_status(task) == "pending":
        time.sleep(0.01)
    record = x.task.get_record(task)
    x.task.destroy(task)
    assert record["status"] == "success", record["error_info"]
    return record["result"].removeprefix("<value>").removesuffix("</value>")


session = XenAPI.Session(URL)
refused("SESSION_AUTHENTICATION_FAILED", session.xenapi.login_with_password, "root", "wrong", "1.0", "test")
session.xenapi.login_with_password("root", PASSWORD, "1.0", "test")
x = session.xenapi
assert session.API_version == "2.21"

(template,) = x.VM.get_by_name_label("debian-bioxen")
record = x.VM.get_record(template)
assert record["is_a_template"] is True and record["memory_static_max"] == str(2 << 30)
refused("VM_IS_TEMPLATE", x.VM.start, template, False, False)
refused("HANDLE_INVALID", x.VM.get_record, "OpaqueRef:none")
refused("UUID_INVALID", x.VM.get_by_uuid, "none")
refused("MESSAGE_METHOD_UNKNOWN", x.VM.no_such_method, template)

vm = run(x.Async.VM.clone(template, "by python <&>"))
assert x.VM.get_by_name_label("by python <&>") == [vm]
x.VM.add_to_other_config(vm, "key", "value & more")
refused("MAP_DUPLICATE_KEY", x.VM.add_to_other_config, vm, "key", "other")
assert x.VM.get_other_config(vm)["key"] == "value & more"
refused("MEMORY_CONSTRAINT_VIOLATION_ORDER", x.VM.set_memory_limits, vm, "2", "1", "1", "1")
x.VM.set_memory_limits(vm, str(1 << 29), str(1 << 32), str(1 << 32), str(1 << 32))
assert x.VM.get_memory_static_max(vm) == str(1 << 32)
x.VM.set_VCPUs_max(vm, "4")
x.VM.set_VCPUs_at_startup(vm, "4")
refused("INVALID_VALUE", x.VM.set_VCPUs_max, vm, "3")
for vif in x.VM.get_VIFs(vm):
    x.VIF.destroy(vif)
(network,) = x.network.get_by_name_label("Isolated")
device = x.VM.get_allowed_VIF_devices(vm)[0]
x.VIF.create({"device": device, "network": network, "VM": vm, "MAC": "", "MTU": "1500", "other_config": {},
              "qos_algorithm_type": "", "qos_algorithm_params": {}})
x.VM.provision(vm)
run(x.Async.VM.start(vm, False, False))
assert x.VM.get_power_state(vm) == "Running"
while True:
    metrics = x.VM.get_guest_metrics(vm)
    if metrics != "OpaqueRef:NULL":
        # The guest may get others between the two calls: then they are read again.
        try:
            networks = x.VM_guest_metrics.get_networks(metrics)
        except XenAPI.Failure as failure:
            assert failure.details[0] == "HANDLE_INVALID", failure.details
            networks = {}
        if networks.get("0/ip") == "10.0.0.5":
            break
    time.sleep(0.01)
details = refused("VM_BAD_POWER_STATE", x.VM.start, vm, False, False)
assert details[1:] == [vm, "halted", "running"], details

# A session that has ended: this client logs in again by itself.
x.session.logout()
session.xenapi.login_with_password("root", PASSWORD, "1.0", "test")
x.VM.clean_shutdown(vm)
assert x.VM.get_power_state(vm) == "Halted"
disks = []
for vbd in x.VM.get_VBDs(vm):
    place = x.VBD.get_record(vbd)
    if place["type"] == "Disk" and "owner" in place["other_config"]:
        disks.append(place["VDI"])
assert len(disks) == 1
x.VM.destroy(vm)
for disk in disks:
    assert x.VDI.get_VBDs(disk) == []
    x.VDI.destroy(disk)
refused("HANDLE_INVALID", x.VM.get_record, vm)
x.session.logout()
print("XenAPI: done")
