package smev

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

var signatureValue = regexp.MustCompile(`(SignatureValue>)\s*([A-Za-z0-9+/=\s]+?)\s*(</[^>]*SignatureValue>)`)

// seal adds SMEV's own signature over the element called target, and does to
// the sealed document what the call's steps say.
func (s *Service) seal(c *call, doc, target string) ([]byte, *fault) {
	by := s.Core
	if c.does("participant") {
		for _, other := range s.Providers {
			by = other
		}
	}
	out, err := sign(doc, smevSignature, "SIGNED_BY_SMEV", by)
	if err != nil {
		s.Log.Error("seal answer", "err", err)
		return nil, namedFault("SMEVFailure")
	}
	switch {
	case c.does("unsigned"):
		from, to := strings.LastIndex(out, "<ns2:SMEVSignature>"), strings.LastIndex(out, "</ns2:SMEVSignature>")
		out = out[:from] + out[to+len("</ns2:SMEVSignature>"):]
	case c.does("changed"):
		out = strings.Replace(out, "<ns2:Mnemonic>", "<ns2:Mnemonic>X", 1)
	case c.does("wrapped"):
		out = c.wrap(out, target)
	case c.does("wrong"):
		out = spoil(out)
	}
	return []byte(out), nil
}

// spoil turns one bit of the last signature.
func spoil(doc string) string {
	all := signatureValue.FindAllStringSubmatchIndex(doc, -1)
	last := all[len(all)-1]
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(doc[last[4]:last[5]]), ""))
	if err != nil || len(raw) == 0 {
		return doc
	}
	raw[len(raw)/2] ^= 1
	return doc[:last[4]] + base64.StdEncoding.EncodeToString(raw) + doc[last[5]:]
}

// wrap moves the signed element into the header, where its signature still
// finds it, and puts a forged one in its place.
func (c *call) wrap(doc, target string) string {
	from, to := strings.Index(doc, "<ns2:"+target+" "), strings.LastIndex(doc, "</ns2:"+target+">")+len("</ns2:"+target+">")
	good := doc[from:to]
	forged := strings.Replace(strings.Replace(good, "SIGNED_BY_SMEV", "FORGED", 1), "<ns2:Mnemonic>", "<ns2:Mnemonic>X", 1)
	moved := strings.Replace(good, "<ns2:"+target, fmt.Sprintf(`<ns2:%s xmlns="%s" xmlns:ns2="%s" xmlns:ns3="%s"`, target, c.basic(), c.types(), c.faults()), 1)
	doc = doc[:from] + forged + doc[to:]
	return strings.Replace(doc, "<soap:Body>", "<soap:Header>"+moved+"</soap:Header><soap:Body>", 1)
}

// before does what befalls a call that has not had its effect; it reports
// whether the call is at its end.
func (s *Service) before(w http.ResponseWriter, r *http.Request, c *call) (done bool, f *fault) {
	if d := c.duration("slow"); d > 0 {
		pause(r, d)
	}
	if c.does("drop") {
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	if c.does("503") {
		http.Error(w, "service unavailable", http.StatusServiceUnavailable)
		return true, nil
	}
	if step, ok := c.step("fault"); ok {
		return false, namedFault(step.Arg)
	}
	return false, nil
}

// send writes the answer, or what the steps leave of it.
func (c *call) send(w http.ResponseWriter, answer []byte, files []enclosed) {
	switch {
	case c.does("lose"):
		panic(http.ErrAbortHandler)
	case c.does("garbage"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, "<html><body>Технические работы</body></html>")
	case c.does("cut"):
		w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		_, _ = w.Write(answer[:len(answer)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case c.multipart():
		writeMultipart(w, answer, files)
	default:
		w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
		_, _ = w.Write(answer)
		if c.does("huge") {
			blank := []byte(strings.Repeat(" ", 1<<20))
			for range 17 {
				_, _ = w.Write(blank)
			}
		}
	}
}

// multipart reports whether the answer goes as MIME.
func (c *call) multipart() bool { return c.does("multipart") && !c.does("plain") }
