// Two readers of calendar files that share no code with each other or with Parvis. Each answers the meetings of a file, by
// their UIDs: what they say, and when they take place.
import ICAL from 'ical.js'
import nodeical from 'node-ical'
import { RRuleTemporal } from 'rrule-temporal'

/** ical.js, on which Thunderbird stands. It goes by the zones that the file carries. */
export function icalJS(file) {
  ICAL.TimezoneService.reset()
  const calendar = new ICAL.Component(ICAL.parse(file))
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
  const components = calendar.getAllSubcomponents('vevent')
  const uids = [...new Set(components.map((component) => component.getFirstPropertyValue('uid')))]
  return uids.sort().map((uid) => {
    const [main, ...changed] = mainFirst(components.filter((component) => component.getFirstPropertyValue('uid') === uid))
    const event = new ICAL.Event(main, { exceptions: changed })
    return {
      uid,
      method: calendar.getFirstPropertyValue('method'),
      status: main.getFirstPropertyValue('status'),
      sequence: event.sequence,
      title: event.summary,
      url: main.getFirstPropertyValue('url'),
      organizer: main.getFirstPropertyValue('organizer'),
      attendees: event.attendees.map((attendee) => attendee.getFirstValue()),
      date: event.recurrenceId && event.recurrenceId.toJSDate().toISOString(),
      dates: datesByICAL(event),
    }
  })
}

const mainFirst = (components) => components.toSorted((a, b) => a.hasProperty('recurrence-id') - b.hasProperty('recurrence-id'))

function datesByICAL(event) {
  if (!event.isRecurring()) return spans([{ start: event.startDate.toJSDate(), end: event.endDate.toJSDate() }])
  const found = []
  const dates = event.iterator()
  for (let date = dates.next(); date && found.length < 4000; date = dates.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(date)
    found.push({ start: startDate.toJSDate(), end: endDate.toJSDate() })
  }
  return spans(found)
}

/** node-ical, with the dates by rrule-temporal. They go by the zones' names. */
export function nodeICAL(file) {
  const components = Object.values(nodeical.sync.parseICS(file))
  const { method } = components.find(({ type }) => type === 'VCALENDAR')
  const events = components.filter(({ type }) => type === 'VEVENT')
  return events.sort((a, b) => (a.uid < b.uid ? -1 : 1)).map((event) => ({
    uid: event.uid,
    method: method ?? null,
    status: event.status,
    sequence: event.sequence,
    title: event.summary,
    url: event.url ?? null,
    organizer: event.organizer?.val ?? null,
    attendees: list(event.attendee).map(({ val }) => val),
    date: event.recurrenceid?.toISOString() ?? null,
    dates: datesByRRule(event),
  }))
}

/**
 * node-ical has a function for the dates too, which knows no RDATE; in its answer they are as the file has them. Dates that
 * are left out or changed are found by what clocks show then: of a time that they show twice node-ical takes the second.
 */
function datesByRRule(event) {
  const rule = event.rrule?.toString() ?? `DTSTART:${instant(event.start)}\n${startAlone}`
  const more = list(event.rdate).map(({ params, val }) => `RDATE;TZID=${params.TZID}:${val}`)
  const shows = new Intl.DateTimeFormat('sv', { timeZone: event.start.tz, dateStyle: 'short', timeStyle: 'short' })
  const clock = (time) => shows.format(time)
  const changed = new Map(Object.values(event.recurrences ?? {}).map((date) => [clock(date.recurrenceid), date]))
  const other = new Set([...Object.values(event.exdate ?? {}).map(clock), ...changed.keys()])
  const starts = new RRuleTemporal({ rruleString: [rule, ...more].join('\n') }).all().map((date) => date.epochMilliseconds)
  const plain = starts.filter((start) => !other.has(clock(start)))
  const length = event.end - event.start
  return spans([...plain.map((start) => ({ start, end: start + length })), ...changed.values()])
}

const startAlone = 'RRULE:FREQ=DAILY;COUNT=1' // rrule-temporal wants a rule
const instant = (date) => date.toISOString().replace(/[-:]|\.\d+/g, '')
const list = (value) => [value ?? []].flat()

export function spans(dates) {
  const text = (time) => new Date(time).toISOString()
  return dates.map(({ start, end }) => `${text(start)} to ${text(end)}`).sort()
}
