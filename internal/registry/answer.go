package registry

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The tax service answers through SMEV with one record in the older form of the
// dumps, under namespaces of its own: FNSVipULResponse (311-14) and
// FNSVipIPResponse (311-15) around СвЮЛ or СвИП. Its record is read like a
// dump's after the namespaces are taken off.
var answerRoots = [][]byte{[]byte("FNSVipULResponse"), []byte("FNSVipIPResponse")}

// maxAnswerDepth bounds elements inside each other.
const maxAnswerDepth = 40

// isAnswer recognises such an answer by its first tag.
func isAnswer(start []byte) bool {
	for {
		at := bytes.IndexByte(start, '<')
		if at < 0 || at+1 == len(start) {
			return false
		}
		start = start[at+1:]
		if start[0] != '?' && start[0] != '!' {
			break
		}
	}
	name, _, _ := bytes.Cut(start, []byte(">"))
	name, _, _ = bytes.Cut(name, []byte(" "))
	if _, local, ok := bytes.Cut(name, []byte(":")); ok {
		name = local
	}
	for _, root := range answerRoots {
		if bytes.Equal(bytes.TrimSpace(name), root) {
			return true
		}
	}
	return false
}

// asDump writes the answer in the form of a dump with one record, in UTF-8.
func asDump(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, MaxRecord+1))
	if err != nil {
		return nil, err
	}
	if len(content) > MaxRecord {
		return nil, &RejectError{Reason: "запись больше 32 МБ"}
	}
	var out bytes.Buffer
	d := xml.NewDecoder(bytes.NewReader(content))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, ErrCutOff
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, ErrDoctype
		case xml.StartElement:
			if depth++; depth > maxAnswerDepth {
				return nil, &RejectError{Reason: "элементы вложены слишком глубоко"}
			}
			if depth == 1 {
				_, space, _ := strings.Cut(t.Name.Space, "-ru/") // 311-14/4.0.6
				fmt.Fprintf(&out, `<?xml version="1.0" encoding="UTF-8"?><Файл ИдФайл=%s ВерсФорм=%s КолДок="1"><Документ>`,
					attrValue(attribute(t, "ИдДок")), attrValue("СМЭВ "+space))
				continue
			}
			out.WriteString("<" + t.Name.Local)
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					out.WriteString(" " + a.Name.Local + "=" + attrValue(a.Value))
				}
			}
			out.WriteString(">")
		case xml.EndElement:
			if depth--; depth == 0 {
				out.WriteString("</Документ></Файл>")
				continue
			}
			out.WriteString("</" + t.Name.Local + ">")
		case xml.CharData:
			if depth > 1 {
				_ = xml.EscapeText(&out, t) // a bytes.Buffer takes everything
			}
		}
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func attrValue(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	b.WriteByte('"')
	return b.String()
}
