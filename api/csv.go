package api

import (
	"bytes"
	"encoding/csv"
	"strings"
)

const csvType = "text/csv"

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\ufeff"

// csvFile is a file of comma-separated values (RFC 4180), UTF-8 with a byte order mark. Cells that a spreadsheet would take for a
// formula begin with an apostrophe.
func csvFile(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	return b.Bytes()
}

// inert keeps a spreadsheet from taking what somebody wrote for a formula: by the signs that begin one, in full width
// too, and by those that some skip before it.
func inert(cell string) string {
	if strings.ContainsAny(firstOf(cell), "=+-@\t\r\n＝＋－＠") || strings.ContainsAny(firstOf(strings.TrimSpace(cell)), "=+-@＝＋－＠") {
		return "'" + cell
	}
	return cell
}

func firstOf(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
