// The life of a machine in a pool, by the package xen-api (JSON-RPC, with events): life.mjs URL PASSWORD

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { CancelToken } from 'promise-toolbox'
import { createClient } from 'xen-api'

const [url, password] = process.argv.slice(2)

const refused = (code, promise) =>
  promise.then(
    () => assert.fail(`not refused with ${code}`),
    error => {
      assert.equal(error.code, code, error)
      return error.params
    }
  )

const wrong = createClient({ url, auth: { user: 'root', password: 'wrong' }, watchEvents: false })
await refused('SESSION_AUTHENTICATION_FAILED', wrong.connect())

// "auto" would change to XML-RPC in silence.
const auth = { user: 'root', password }
const xapi = createClient({ url, auth, transport: 'json-rpc', watchEvents: ['task', 'VM'], debounce: 10 })
await xapi.connect()
await xapi.objectsFetched
const run = (method, ...params) => xapi.callAsync(CancelToken.source().token, method, ...params)

const [template] = await xapi.call('VM.get_by_name_label', 'debian-bioxen')
const record = await xapi.getRecord('VM', template)
assert.equal(record.is_a_template, true)
assert.equal(record.memory_static_max, 2 * 2 ** 30)
await refused('VM_IS_TEMPLATE', xapi.call('VM.start', template, false, false))
await refused('VM_IS_TEMPLATE', run('VM.start', template, false, false))
await refused('HANDLE_INVALID', xapi.call('VM.get_record', 'OpaqueRef:none'))

const vm = await run('VM.clone', template, 'by node <&>')
assert.deepEqual(await xapi.call('VM.get_by_name_label', 'by node <&>'), [vm])
await xapi.setFieldEntry('VM', vm, 'other_config', 'key', 'value')
await xapi.setFieldEntry('VM', vm, 'other_config', 'key', 'another')
assert.equal((await xapi.getField('VM', vm, 'other_config')).key, 'another')
const bytes = 4 * 2 ** 30
await xapi.call('VM.set_memory_limits', vm, 2 ** 29, bytes, bytes, bytes)
await xapi.setField('VM', vm, 'VCPUs_max', 4)
await xapi.setField('VM', vm, 'VCPUs_at_startup', 4)
for (const vif of await xapi.getField('VM', vm, 'VIFs')) {
  await xapi.call('VIF.destroy', vif)
}
const [network] = await xapi.call('network.get_by_name_label', 'Isolated')
const [device] = await xapi.call('VM.get_allowed_VIF_devices', vm)
await xapi.call('VIF.create', {
  device, network, VM: vm, MAC: '', MTU: 1500, other_config: {}, qos_algorithm_type: '', qos_algorithm_params: {},
})
await run('VM.provision', vm)
await run('VM.start', vm, false, false)
assert.equal(await xapi.getField('VM', vm, 'power_state'), 'Running')
// Events tell of it as well.
while (xapi.getObject(vm, undefined)?.power_state !== 'Running') {
  await setTimeout(10)
}
for (;;) {
  const metrics = await xapi.getField('VM', vm, 'guest_metrics')
  if (metrics !== 'OpaqueRef:NULL') {
    // The guest may get others between the two calls: then they are read again.
    const networks = await xapi.getField('VM_guest_metrics', metrics, 'networks').catch(error => {
      assert.equal(error.code, 'HANDLE_INVALID', error)
      return {}
    })
    if (networks['0/ip'] === '10.0.0.5') break
  }
  await setTimeout(10)
}
assert.deepEqual(await refused('VM_BAD_POWER_STATE', run('VM.start', vm, false, false)), [vm, 'halted', 'running'])
await run('VM.clean_shutdown', vm)
const disks = []
for (const vbd of await xapi.getField('VM', vm, 'VBDs')) {
  const place = await xapi.getRecord('VBD', vbd)
  if (place.type === 'Disk' && 'owner' in place.other_config) disks.push(place.VDI)
}
assert.equal(disks.length, 1)
await run('VM.destroy', vm)
for (const disk of disks) {
  await xapi.call('VDI.destroy', disk)
}
while (xapi.getObject(vm, undefined) !== undefined) {
  await setTimeout(10)
}
await xapi.disconnect()
console.log('xen-api: done')
process.exit(0)
