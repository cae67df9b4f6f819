package sim

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"

	"encoding/base64"
	"encoding/hex"

	"signdesk/internal/ext/sim/post"
	"signdesk/internal/ext/sim/state"
)

type messagePage struct {
	System            string
	Message           state.Message
	Request, Response string
}

func (w *World) find(r *http.Request) (state.Message, bool) {
	s, ok := w.System(r.PathValue("system"))
	no, err := strconv.ParseUint(r.PathValue("no"), 10, 63)
	if !ok || err != nil {
		return state.Message{}, false
	}
	m, err := s.Message(no)
	return m, err == nil
}

func (w *World) message(rw http.ResponseWriter, r *http.Request) {
	m, ok := w.find(r)
	if !ok {
		http.NotFound(rw, r)
		return
	}
	w.render(rw, "message.html", messagePage{System: r.PathValue("system"), Message: m, Request: readable(m.Request), Response: readable(m.Response)})
}

// raw gives the bytes as they went over the wire, always as a download of
// plain bytes: a page of the simulator must not run what it received.
func (w *World) raw(rw http.ResponseWriter, r *http.Request) {
	m, ok := w.find(r)
	side := r.PathValue("side")
	if !ok || side != "request" && side != "response" {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "application/octet-stream")
	rw.Header().Set("Content-Disposition", "attachment; filename="+r.PathValue("system")+"-"+r.PathValue("no")+"-"+side)
	if side == "request" {
		_, _ = rw.Write(m.Request)
		return
	}
	_, _ = rw.Write(m.Response)
}

func readable(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return hex.Dump(b[:min(len(b), 8<<10)])
}

type letterPage struct {
	Letter post.Letter
	Text   string
	Files  []string
}

func (w *World) letter(rw http.ResponseWriter, r *http.Request) {
	no, err := strconv.ParseUint(r.PathValue("no"), 10, 63)
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	l, err := w.Mail.Letter(no)
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	p := letterPage{Letter: l}
	if msg, err := mail.ReadMessage(strings.NewReader(l.Raw)); err == nil {
		p.part(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body, 0)
	}
	w.render(rw, "letter.html", p)
}

// part finds the plain text and the names of attachments in a letter.
func (p *letterPage) part(kind, encoding string, body io.Reader, depth int) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		media = "text/plain"
	}
	if strings.HasPrefix(media, "multipart/") && depth < 5 {
		parts := multipart.NewReader(body, params["boundary"])
		for range 50 {
			sub, err := parts.NextRawPart()
			if err != nil {
				return
			}
			if name := sub.FileName(); name != "" {
				p.Files = append(p.Files, name)
				continue
			}
			p.part(sub.Header.Get("Content-Type"), sub.Header.Get("Content-Transfer-Encoding"), sub, depth+1)
		}
		return
	}
	if media != "text/plain" || p.Text != "" {
		return
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(io.LimitReader(body, 1<<20)) // what could be decoded is shown
	p.Text = string(bytes.ToValidUTF8(text, []byte("?")))
}
