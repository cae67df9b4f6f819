package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// MaxRecord is the largest record in bytes that is read; the largest real ones,
// banks with thousands of branches, are a few MB.
const MaxRecord = 32 << 20

// Errors of a whole file.
var (
	ErrDoctype = errors.New("document type declarations are refused")
	ErrNotDump = errors.New("not a file of the register: its root is none of Файл, EGRUL, EGRIP")
	ErrCutOff  = errors.New("file is cut off before its end")
	ErrMissing = errors.New("fewer records than the file says it has")
)

// Meta is what a file says about itself.
type Meta struct {
	ID      string // ИдФайл
	Form    string // ВерсФорм: 4.07, 4.06; "" in the old form
	Content string // ТипИнф
	Records int    // КолДок, padded with spaces in the file; 0 when not said
	Made    Date   // ДатаВыг of the old form, else the date in the id
}

// Raw is one record as it stands in the file. A record that could not be cut
// out has a Fault, in Russian, and no text.
type Raw struct {
	N     int64 // 0, 1, … in the file
	Bytes []byte
	Fault string
}

// Reader cuts a dump into records, holding no more than one of them. It looks
// at few tags only: a record begins with a СвЮЛ or СвИП and ends with its end tag;
// where the next record (told by its ДатаВып from an element of that name inside
// one) or its wrapper begins sooner, the record is faulty and the next is whole.
type Reader struct {
	tags   tagScanner
	meta   Meta
	root   []byte
	marks  [][]byte // names of the tags between and around records
	opened bool
	done   bool
	n      int64
}

// NewReader reads a file of the register from r.
func NewReader(r io.Reader) *Reader { return &Reader{tags: tagScanner{src: r, keep: -1}} }

// Meta is what the root element says; complete after the first Next.
func (r *Reader) Meta() Meta { return r.meta }

// Parse reads a record that this Reader returned. The error is *RejectError.
func (r *Reader) Parse(raw Raw) (*Record, error) {
	record, err := parseRaw(r.tags.cs, raw)
	if err != nil {
		return nil, err
	}
	return record, nil
}

// Next returns the next record, io.EOF after the last one, or what is wrong
// with the file as a whole. Bytes are good until the next call.
func (r *Reader) Next() (Raw, error) {
	if !r.opened {
		if err := r.open(); err != nil {
			return Raw{}, err
		}
		r.opened = true
	}
	for !r.done {
		t, err := r.tags.find(r.marks)
		if err != nil {
			return Raw{}, endOfFile(err)
		}
		if t.end && bytes.Equal(t.name, r.root) {
			r.done = true
			break
		}
		if !t.end && r.namesRecord(t) {
			return r.record(t)
		}
	}
	return Raw{}, io.EOF
}

func (r *Reader) namesRecord(t tag) bool {
	return bytes.Equal(t.name, r.tags.cs.org) || bytes.Equal(t.name, r.tags.cs.ip)
}

// startsNext recognises the start of another record inside one.
func (r *Reader) startsNext(t tag) bool {
	return !t.end && r.namesRecord(t) && bytes.Contains(t.text, r.tags.cs.madeOut)
}

// record reads on from its start tag to its end tag.
func (r *Reader) record(start tag) (Raw, error) {
	raw := Raw{N: r.n}
	r.n++
	name := bytes.Clone(start.name)
	r.tags.hold(start)
	defer r.tags.release()
	depth := 0
	for t := start; ; {
		if t.broken {
			raw.Fault = "тег не закрыт"
		}
		switch {
		case t.end && bytes.Equal(t.name, name):
			depth--
		case !t.end && !t.empty && bytes.Equal(t.name, name):
			depth++
		}
		if depth == 0 {
			if raw.Fault == "" {
				raw.Bytes = r.tags.held(t)
			}
			return raw, nil
		}
		var err error
		if t, err = r.tags.find(r.marks); errors.Is(err, errTooLarge) && raw.Fault == "" {
			r.tags.release() // the rest is only looked through for the end
			raw.Fault = fmt.Sprintf("запись больше %d МБ", MaxRecord>>20)
			t, err = r.tags.find(r.marks)
		}
		if err != nil {
			return Raw{}, endOfFile(err)
		}
		if r.startsNext(t) || bytes.Equal(t.name, r.tags.cs.doc) || t.end && bytes.Equal(t.name, r.root) {
			r.tags.unread(t)
			raw.Fault = "запись оборвана: нет закрывающего тега"
			return raw, nil
		}
	}
}

func endOfFile(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrCutOff
	}
	return err
}

// open reads the declaration and the root's start tag.
func (r *Reader) open() error {
	if err := r.tags.detect(); err != nil {
		return err
	}
	t, err := r.tags.next()
	if errors.Is(err, io.EOF) {
		return ErrNotDump
	}
	if err != nil {
		return err
	}
	text, err := r.tags.cs.decode(t.text)
	if err != nil || t.end || t.broken {
		return ErrNotDump
	}
	el, err := parseElement(text)
	if err != nil {
		return ErrNotDump
	}
	r.root = bytes.Clone(t.name)
	r.marks = [][]byte{r.tags.cs.org, r.tags.cs.ip, r.tags.cs.doc, r.root}
	switch root := el.root(); root.name() {
	case "Файл":
		r.meta = Meta{ID: root.attr("ИдФайл"), Form: root.attr("ВерсФорм"), Content: root.attr("ТипИнф")}
		r.meta.Records, _ = strconv.Atoi(strings.TrimSpace(root.attr("КолДок")))
		r.meta.Made = dateInID(r.meta.ID)
	case "EGRUL", "EGRIP":
		r.meta = Meta{ID: root.attr("ИдФайл"), Form: root.attr("ВерсФорм"), Made: Date(root.attr("ДатаВыг"))}
		if !validDate(r.meta.Made) {
			r.meta.Made = ""
		}
	default:
		return ErrNotDump
	}
	r.done = t.empty
	return nil
}

var idDate = regexp.MustCompile(`_(\d{4})(\d{2})(\d{2})_`)

// dateInID finds the day in VO_RUGFO_0000_9965_20251116_….
func dateInID(id string) Date {
	m := idDate.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	if d := Date(m[1] + "-" + m[2] + "-" + m[3]); validDate(d) {
		return d
	}
	return ""
}
