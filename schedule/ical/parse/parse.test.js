// Two parsers that know nothing of Parvis read two hundred calendar files and are asked when the meetings take place.
// The files and the instants that they mean come from schedule/ical/parsetest.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import ICAL from 'ical.js'
import nodeical from 'node-ical'

const root = new URL('../../..', import.meta.url)
const cases = []
let dir

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'parvis-calendars-'))
  execFileSync('go', ['run', './schedule/ical/parsetest', '-out', dir], { cwd: root, stdio: 'inherit' })
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.json')).sort()) {
    const meaning = JSON.parse(readFileSync(join(dir, name), 'utf8'))
    cases.push({ ...meaning, file: readFileSync(join(dir, name.replace('.json', '.ics')), 'utf8') })
  }
})

after(() => rmSync(dir, { recursive: true, force: true }))

test('there are two hundred files', () => assert.equal(cases.length, 200))

test('ical.js reads every file as we mean it', () => {
  for (const { name, file, expected } of cases) {
    assert.deepEqual(byICAL(file), spans(expected), name)
  }
})

// node-ical knows no RDATE, and once it has stepped over a time that clocks jump over it goes on from where they landed.
test('node-ical reads every file as we mean it that has no more than it knows', () => {
  const known = cases.filter(({ rdates, jumps }) => !rdates && !jumps)
  assert.ok(known.length > 50, `only ${known.length} files are of that kind`)
  for (const { name, file, expected } of known) {
    assert.deepEqual(byNodeICAL(file), spans(expected), name)
  }
})

// What mails carry is kept beside their tests.
const mails = new URL('mail/invitation/testdata/', root)
const mail = (name) => readFileSync(new URL(name + '.ics', mails), 'utf8')
const tuesdays = (...list) => spans(list.map(([start, end]) => ({ start: start + 'Z', end: end + 'Z' })))
const moved = tuesdays(
  ['2026-11-17T08:00:00', '2026-11-17T09:30:00'],
  ['2026-11-24T13:00:00', '2026-11-24T14:30:00'],
  ['2026-12-01T08:00:00', '2026-12-01T09:30:00'],
)

test('both read the dates of an invitation, the one that was moved included', () => {
  assert.deepEqual(byICAL(mail('request-moved')), moved)
  assert.deepEqual(byNodeICAL(mail('request-moved')), moved)
  assert.equal(byICAL(mail('request-weekly')).length, 10)
  assert.equal(byNodeICAL(mail('request-weekly')).length, 10)
})

test('every mail asks one person, and says what it wants', () => {
  for (const name of readdirSync(mails).filter((file) => file.endsWith('.ics'))) {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(new URL(name, mails), 'utf8')))
    const wants = name.startsWith('cancel') ? 'CANCEL' : 'REQUEST'
    assert.equal(calendar.getFirstPropertyValue('method'), wants, name)
    for (const event of calendar.getAllSubcomponents('vevent')) {
      assert.equal(event.getAllProperties('attendee').length, 1, name)
      assert.equal(event.getFirstPropertyValue('organizer'), 'mailto:parvis@meet.example.org', name)
      assert.equal(event.getFirstPropertyValue('status'), wants === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED', name)
      assert.ok(event.hasProperty('uid') && event.hasProperty('sequence') && event.hasProperty('dtstamp'), name)
    }
  }
})

test('the cancellation of a date names it by its first start', () => {
  const [event] = new ICAL.Component(ICAL.parse(mail('cancel-date'))).getAllSubcomponents('vevent')
  assert.equal(event.getFirstPropertyValue('recurrence-id').toString(), '2026-11-24T09:00:00')
})

function byICAL(file) {
  ICAL.TimezoneService.reset()
  const calendar = new ICAL.Component(ICAL.parse(file))
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
  const components = calendar.getAllSubcomponents('vevent')
  const changed = components.filter((component) => component.hasProperty('recurrence-id'))
  const event = new ICAL.Event(components.find((component) => !component.hasProperty('recurrence-id')))
  for (const component of changed) event.relateException(new ICAL.Event(component))
  if (!event.isRecurring()) return spans([{ start: event.startDate.toJSDate(), end: event.endDate.toJSDate() }])
  const found = []
  const dates = event.iterator()
  for (let date = dates.next(); date && found.length < 4000; date = dates.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(date)
    found.push({ start: startDate.toJSDate(), end: endDate.toJSDate() })
  }
  return spans(found)
}

function byNodeICAL(file) {
  const event = Object.values(nodeical.sync.parseICS(file)).find(({ type }) => type === 'VEVENT')
  const window = { from: new Date('2025-01-01'), to: new Date('2040-01-01') }
  return spans(nodeical.expandRecurringEvent(event, window))
}

function spans(list) {
  const text = (time) => new Date(time).toISOString()
  return list.map(({ start, end }) => `${text(start)} to ${text(end)}`).sort()
}
