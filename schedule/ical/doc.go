// Package ical writes what calendars read and reads what they answer.
//
// It owns three forms of one meeting: iCalendar (RFC 5545, with 5546 for messages, 6868 and 7986), JSCalendar (RFC 8984)
// and the answers REPLY and COUNTER of iMIP. It takes values of its own, made from a meeting by package schedule, and
// knows of dates only what package recur knows. What people typed is made safe here, whoever checked it before. It sends
// nothing and reads no clock.
//
// Other programs read the same dates as Parvis because little is left to them: rules that some of them get wrong,
// second rules and rules cut by the bounds of a series are written as dates, every file carries its zones whole, and the
// end of a rule is an instant.
package ical
