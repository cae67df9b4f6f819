package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"signdesk/static"
)

// funcs are the few words templates know besides Go's own.
var funcs = map[string]any{
	"asset":      Asset,
	"icon":       icon,
	"chip":       func(kind, text string) Chip { return Chip{kind, text} },
	"date":       Date,
	"dateTime":   DateTime,
	"money":      Money,
	"snils":      SNILS,
	"quoted":     Quoted,
	"plural":     Plural,
	"serverTime": func() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) },
}

// Chip is a status: an icon and a word. Kind: done, wait, warn, stop, note or idle.
type Chip struct{ Kind, Text string }

var assets sync.Map // path -> address with the hash of the content

// Asset is the address of a static file, changed whenever its content changes.
func Asset(name string) (string, error) {
	if v, ok := assets.Load(name); ok {
		return v.(string), nil
	}
	b, err := fs.ReadFile(static.FS, name)
	if err != nil {
		return "", fmt.Errorf("asset: %w", err)
	}
	sum := sha256.Sum256(b)
	address := "/static/" + name + "?v=" + hex.EncodeToString(sum[:6])
	assets.Store(name, address)
	return address, nil
}

// icon draws one sign of the sprite; a word always stands beside it.
func icon(name string) (template.HTML, error) {
	sprite, err := Asset("vendor/bootstrap-icons/sprite.svg")
	if err != nil {
		return "", err
	}
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` + sprite + "#" + template.HTMLEscapeString(name) + `"/></svg>`), nil
}

const nbsp = "\u00a0"

// Date is ДД.ММ.ГГГГ; the zero time is nothing.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02.01.2006")
}

// DateTime is ДД.ММ.ГГГГ ЧЧ:ММ:СС in the time's own zone.
func DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02.01.2006" + nbsp + "15:04:05")
}

// Money is kopecks as 1 045,00 ₽ with no-break spaces.
func Money(kopecks int64) string {
	sign := ""
	if kopecks < 0 {
		sign, kopecks = "−", -kopecks
	}
	digits := fmt.Sprint(kopecks / 100)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(nbsp)
		}
		b.WriteRune(d)
	}
	return fmt.Sprintf("%s%s,%02d%s₽", sign, b.String(), kopecks%100, nbsp)
}

// SNILS is 000-000-000 00; anything that is not eleven digits stays as it is.
func SNILS(s string) string {
	if len(s) != 11 {
		return s
	}
	return s[:3] + "-" + s[3:6] + "-" + s[6:9] + " " + s[9:]
}

// Plural chooses the form for n: 1 день, 2 дня, 5 дней.
func Plural(n int, one, few, many string) string {
	if n < 0 {
		n = -n
	}
	switch {
	case n%10 == 1 && n%100 != 11:
		return one
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return few
	default:
		return many
	}
}

// Quoted writes the straight quotes of the register as «ёлочки», for the eye
// only: cards, requests and papers keep a name as the register has it.
func Quoted(s string) string {
	if !strings.Contains(s, `"`) {
		return s
	}
	var b strings.Builder
	before := ' '
	for _, r := range s {
		if r == '"' {
			if r = '»'; strings.ContainsRune(" (\u00a0-«", before) {
				r = '«'
			}
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}
