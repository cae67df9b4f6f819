package report

import (
	"encoding/csv"
	"io"
	"strings"
)

// csv is what Russian Excel opens by a double click: UTF-8 with a mark,
// semicolons, decimal commas, CRLF.
func (res *Result) csv(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	line := make([]string, len(res.Columns))
	for i, c := range res.Columns {
		line[i] = c.Label
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, row := range res.Rows {
		for i, c := range res.Columns {
			line[i] = c.Kind.Plain(row[i], true)
			if c.Kind == Text {
				line[i] = harmless(line[i])
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from running text that somebody typed as a
// formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
