package pdfsig

import "unicode/utf16"

// font says which letters the codes of a string draw, and how wide they are
// (ISO 32000-1, 9.6, 9.7 and 9.10).
type font struct {
	wide    bool // codes of two bytes
	letters map[int]string
	widths  map[int]float64 // in thousandths of the size
	missing float64
	said    int // entries of its tables that were read, the same code again included
}

// maxCodes of a font that are told one by one.
const maxCodes = 1 << 17

func (w *pages) font(v any) *font {
	key, ok := v.(ref)
	if ok && w.fonts[key] != nil {
		return w.fonts[key]
	}
	f := w.readFont(w.plain(v))
	if ok {
		w.fonts[key] = f
	}
	return f
}

func (w *pages) readFont(d dict) *font {
	f := &font{letters: map[int]string{}, widths: map[int]float64{}, missing: 500}
	if d["Subtype"] == name("Type0") {
		f.wide = true
		w.wideWidths(f, d)
	} else {
		w.plainWidths(f, d)
		w.encoding(f, w.resolve(d["Encoding"]))
	}
	if s, ok := w.resolve(d["ToUnicode"]).(*stream); ok {
		if b, err := w.inflate(s); err == nil {
			w.unicode(f, b)
		}
	}
	return f
}

func (w *pages) plainWidths(f *font, d dict) {
	if n, ok := number(w.resolve(w.plain(d["FontDescriptor"])["MissingWidth"])); ok && n > 0 {
		f.missing = n
	}
	first, _ := w.resolve(d["FirstChar"]).(int)
	scale := 1.0
	if a, ok := w.resolve(d["FontMatrix"]).(array); ok && len(a) == 6 && d["Subtype"] == name("Type3") {
		if x, ok := number(w.resolve(a[0])); ok {
			scale = x * 1000
		}
	}
	widths, _ := w.resolve(d["Widths"]).(array)
	for i, v := range widths[:min(len(widths), 256)] {
		if n, ok := number(w.resolve(v)); ok {
			f.widths[first+i] = n * scale
		}
	}
}

// wideWidths reads W of the descendant: first [w w w] or first last w.
func (w *pages) wideWidths(f *font, d dict) {
	below, _ := w.resolve(d["DescendantFonts"]).(array)
	if len(below) == 0 {
		return
	}
	child := w.plain(below[0])
	f.missing = 1000
	if n, ok := number(w.resolve(child["DW"])); ok {
		f.missing = n
	}
	list, _ := w.resolve(child["W"]).(array)
	for len(list) >= 2 {
		first, ok := w.resolve(list[0]).(int)
		if !ok {
			return
		}
		if a, ok := w.resolve(list[1]).(array); ok {
			for i, v := range a[:min(len(a), maxCodes-len(f.widths))] {
				f.widths[first+i], _ = number(w.resolve(v))
			}
			list = list[2:]
			continue
		}
		last, ok := w.resolve(list[1]).(int)
		if !ok || len(list) < 3 || last-first > 0xffff || len(f.widths)+last-first > maxCodes {
			return
		}
		n, _ := number(w.resolve(list[2]))
		for code := first; code <= last; code++ {
			f.widths[code] = n
		}
		list = list[3:]
	}
}

// encoding reads the letters of a simple font by the names of its glyphs.
func (w *pages) encoding(f *font, v any) {
	d, _ := v.(dict)
	for code := range 256 {
		if s := latin(code); s != "" {
			f.letters[code] = s
		}
	}
	differences, _ := w.resolve(d["Differences"]).(array)
	code := 0
	for _, v := range differences[:min(len(differences), 1024)] {
		switch v := w.resolve(v).(type) {
		case int:
			code = v
		case name:
			if s := glyph(string(v)); s != "" {
				f.letters[code] = s
			} else {
				delete(f.letters, code)
			}
			code++
		}
	}
}

// unicode reads the table from codes to letters that a font carries for those
// who copy text (ISO 32000-1, 9.10.3).
func (w *pages) unicode(f *font, b []byte) {
	p := newParser(b, 0, false, w.budget)
	var list []any
	for {
		t, err := p.value(0)
		if err != nil {
			return
		}
		word, ok := t.(keyword)
		if !ok {
			if list = append(list, t); len(list) > maxCodes {
				return
			}
			continue
		}
		switch word {
		case "endcodespacerange":
			if s, ok := last(list).(text); ok && !f.wide && len(s.b) == 2 {
				f.wide = true
			}
		case "endbfchar":
			for ; len(list) >= 2; list = list[2:] {
				f.say(codeOf(list[0]), utf16BE(list[1]), 0)
			}
		case "endbfrange":
			for ; len(list) >= 3; list = list[3:] {
				f.sayRange(codeOf(list[0]), codeOf(list[1]), list[2])
			}
		}
		list = list[:0]
	}
}

func (f *font) sayRange(from, to int, v any) {
	if from < 0 || to < from || to-from > 0xffff || f.said+to-from > 2*maxCodes {
		return
	}
	many, _ := v.(array)
	for code := from; code <= to; code++ {
		switch {
		case many == nil:
			f.say(code, utf16BE(v), code-from)
		case code-from < len(many):
			f.say(code, utf16BE(many[code-from]), 0)
		}
	}
}

// say maps a code to letters, the last of which is moved on by more.
func (f *font) say(code int, units []uint16, more int) {
	if f.said++; code < 0 || len(units) == 0 || len(units) > 16 || f.said > 2*maxCodes {
		return
	}
	units[len(units)-1] += uint16(more)
	f.letters[code] = string(utf16.Decode(units))
}

func last(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

func codeOf(v any) int {
	s, ok := v.(text)
	if !ok || len(s.b) == 0 || len(s.b) > 2 {
		return -1
	}
	code := 0
	for i := range len(s.b) {
		code = code<<8 | int(s.b[i])
	}
	return code
}

func utf16BE(v any) []uint16 {
	s, _ := v.(text)
	var units []uint16
	for b := s.b; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	if len(s.b) == 1 {
		units = append(units, uint16(s.b[0]))
	}
	return units
}
