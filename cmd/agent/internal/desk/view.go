package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/gost"
)

// row is a line of a table: what it is, and its value.
type row struct{ Name, Value string }

// windowView is everything the window shows.
type windowView struct {
	Title, Verb string
	Console     string
	Operator    string
	Origin      string
	Facts       []row // what will be made
	Subject     []row
	Extensions  []row
	Document    string // text of a document that can be shown in place
	DocumentURL string
	Carriers    []carrier
	Missing     string // why there is no carrier to choose
	Notes       []string
	Error       string // at the PIN field
	ExpiresAt   string
	Ended       *endView
}

// endView is what the window says when nothing is left to decide.
type endView struct {
	Good bool
	Text string
}

const maxShown = 64 << 10 // bytes of a document shown in the window itself

// render shows the window. The caller holds op.mu.
func (d *Desk) render(w http.ResponseWriter, status int, op *operation, chosen, pinError string) {
	v := windowView{
		Console: op.Console, Operator: op.Operator, Origin: op.Origin,
		Error: pinError, ExpiresAt: op.ExpiresAt.UTC().Format(time.RFC3339),
	}
	switch op.Kind {
	case envelope.KindRequest:
		v.request(op.Request)
	case envelope.KindInstall:
		v.install(op.Install)
	case envelope.KindSign:
		v.sign(op.Sign, op.ID)
	}
	if op.outcome.State != Waiting {
		v.Ended = ended(op.outcome)
		d.page(w, status, "ended", v)
		return
	}
	tokens, err := d.Tokens.List()
	if err != nil {
		d.pageError(w, err)
		return
	}
	v.carriers(op, tokens, chosen)
	d.page(w, status, "operation", v)
}

func (v *windowView) request(r *envelope.Request) {
	v.Title, v.Verb = "Новый ключ и запрос на сертификат", "Создать ключ и запрос"
	v.Facts = []row{{"Ключ", "ГОСТ Р 34.10-2012, 256 бит, параметры КриптоПро XA"}}
	if r.CarrierKind != "" {
		v.Facts = append(v.Facts, row{"Носитель в заявке", r.CarrierKind})
	}
	for _, a := range r.Subject {
		v.Subject = append(v.Subject, row{attributeName(a.OID), a.Value})
	}
	for _, e := range r.Extensions {
		name, value := describeExtension(e)
		if e.Critical {
			name += " (критичное)"
		}
		v.Extensions = append(v.Extensions, row{name, value})
	}
}

func (v *windowView) install(i *envelope.Install) {
	v.Title, v.Verb = "Установка сертификата", "Установить сертификат"
	cert, err := gost.ParseCertificate(i.Certificate)
	if err != nil {
		v.Notes = append(v.Notes, "Файл не является сертификатом ГОСТ Р 34.10-2012.")
		return
	}
	v.Facts = []row{
		{"Серийный номер", cert.SerialHex()},
		{"Действует", date(cert.NotBefore) + " — " + date(cert.NotAfter)},
		{"Издатель", cert.Issuer.Get(gost.OIDCommonName)},
	}
	for _, a := range cert.Subject {
		v.Subject = append(v.Subject, row{attributeName(a.Type.String()), a.Value})
	}
}

func (v *windowView) sign(s *envelope.Sign, id string) {
	v.Title, v.Verb = "Подпись документа", "Подписать"
	sum := sha256.Sum256(s.Document)
	v.Facts = []row{
		{"Документ", s.Title},
		{"Вид и размер", fmt.Sprintf("%s, %d байт", s.MIME, len(s.Document))},
		{"SHA-256", hex.EncodeToString(sum[:])},
	}
	v.DocumentURL = "/w/" + id + "/document"
	text := strings.HasPrefix(s.MIME, "text/") || s.MIME == "application/xml" || s.MIME == "application/json"
	if text && len(s.Document) <= maxShown && utf8.Valid(s.Document) {
		v.Document = string(s.Document)
	}
}

func ended(o Outcome) *endView {
	if o.State == Done {
		text := map[envelope.Kind]string{
			envelope.KindRequest: "Ключ и запрос на сертификат созданы.",
			envelope.KindInstall: "Сертификат установлен на носитель и проверен.",
			envelope.KindSign:    "Документ подписан, подпись проверена.",
		}[o.Kind]
		return &endView{Good: true, Text: text}
	}
	if o.Error == nil || o.Error.Code == refusal.Declined {
		return &endView{Text: "Вы отказались. Ничего не создано и не подписано."}
	}
	return &endView{Text: o.Error.Text}
}

func date(t time.Time) string { return t.Local().Format("02.01.2006") }
