package api

import (
	"bytes"
	"encoding/csv"

	"parvis/text"
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
			row[i] = text.Inert(row[i])
		}
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	return b.Bytes()
}
