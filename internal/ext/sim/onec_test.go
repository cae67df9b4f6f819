package sim_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const shipment = `{"shipment_id":"s-1","date":"2026-11-20","organisation":{"inn":"7707083893","kpp":"773601001","name":"ПАО «Сбербанк»"},
"contract":{"number":"2тест","date":"2026-01-01"},"lines":[
{"service_id":"ОФ030-479929","name":"Выпуск сертификата","quantity":"2","unit":"шт","price":"1045.00","vat_rate":"22","sum":"2090.00","vat":"376.89"},
{"service_id":"ЛИЦ-1","name":"Лицензия","quantity":"0.5","unit":"мес","price":"100.01","vat_rate":"none","sum":"50.01","vat":"0.00"}],
"total":"2140.01","total_vat":"376.89"}`

// accounting calls 1C with its token.
type accounting struct{ p *place }

func (a accounting) call(method, path, key, body string) (int, []byte) {
	a.p.t.Helper()
	req, err := http.NewRequest(method, a.p.server.URL+"/onec"+path, strings.NewReader(body))
	if err != nil {
		a.p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.p.secret("onec-token"))
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		a.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		a.p.t.Fatal(err)
	}
	return resp.StatusCode, b
}

type job struct {
	JobID     string `json:"job_id"`
	Status    string `json:"status"`
	Confirmed bool   `json:"confirmed"`
	Documents []struct {
		Type, Number, Date, Amount, VAT string
		Posted                          bool
		Files                           []struct {
			FileID string `json:"file_id"`
			Name   string
			Size   int
			SHA256 string
		}
	} `json:"documents"`
	Errors []struct{ Path, Code, Message string } `json:"errors"`
}

func (a accounting) job(method, path, key, body string) (int, job) {
	a.p.t.Helper()
	status, raw := a.call(method, path, key, body)
	var j job
	if err := json.Unmarshal(raw, &j); err != nil {
		a.p.t.Fatalf("%s: %s", path, raw)
	}
	return status, j
}

func TestShipmentBecomesDocuments(t *testing.T) {
	p := newPlace(t, "")
	a := accounting{p}
	status, sent := a.job("POST", "/shipments", "key-1", shipment)
	if status != http.StatusAccepted || sent.JobID == "" {
		t.Fatalf("%d %+v", status, sent)
	}
	if _, j := a.job("GET", "/jobs/"+sent.JobID, "", ""); j.Status != "accepted" {
		t.Errorf("at once: %s", j.Status)
	}
	if status, _ := a.call("POST", "/jobs/"+sent.JobID+"/confirm", "", ""); status != http.StatusConflict {
		t.Errorf("confirmed before it was done: %d", status)
	}
	p.clock.forward(2 * time.Second)
	if _, j := a.job("GET", "/jobs/"+sent.JobID, "", ""); j.Status != "processing" {
		t.Errorf("half-way: %s", j.Status)
	}
	p.restart()
	p.clock.forward(2 * time.Second)
	_, done := a.job("GET", "/jobs/"+sent.JobID, "", "")
	if done.Status != "done" || len(done.Documents) != 2 {
		t.Fatalf("%+v", done)
	}
	for i, kind := range []string{"act", "invoice"} {
		d := done.Documents[i]
		if d.Type != kind || d.Number != "УЧ00-000001" || d.Amount != "2140.01" || d.VAT != "376.89" || !d.Posted || len(d.Files) != 2 {
			t.Errorf("%+v", d)
		}
		for _, f := range d.Files {
			_, b := a.call("GET", "/files/"+f.FileID, "", "")
			sum := sha256.Sum256(b)
			if len(b) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
				t.Errorf("%s: %d bytes of another hash", f.Name, len(b))
			}
			if strings.HasSuffix(f.Name, ".pdf") {
				checkPDF(t, b, d.Number)
			} else if !bytes.Contains(b, []byte(`ИНН="7707083893"`)) {
				t.Errorf("%s: %s", f.Name, b)
			}
		}
	}
	for range 2 { // repeating anything changes nothing
		if status, again := a.job("POST", "/shipments", "key-1", shipment); status != http.StatusAccepted || again.JobID != sent.JobID {
			t.Errorf("the same key: %d %s", status, again.JobID)
		}
		if status, j := a.job("POST", "/jobs/"+sent.JobID+"/confirm", "", ""); status != http.StatusOK || !j.Confirmed {
			t.Errorf("confirm: %d", status)
		}
	}
	if status, _ := a.call("POST", "/shipments/s-1/cancel", "", ""); status != http.StatusConflict {
		t.Errorf("cancelled after confirmation: %d", status)
	}
	var changes struct {
		Next int
	}
	_, raw := a.call("GET", "/changes?since=0", "", "")
	if err := json.Unmarshal(raw, &changes); err != nil || changes.Next != 4 {
		t.Errorf("changes: %s", raw)
	}
	if _, raw = a.call("GET", "/changes?since=4", "", ""); !bytes.Contains(raw, []byte(`"changes":[]`)) {
		t.Errorf("nothing new: %s", raw)
	}
	if n := p.turn("{}").Systems["onec"].Counters["shipments"]; n != 1 {
		t.Errorf("%d shipments", n)
	}
}

func checkPDF(t *testing.T, pdf []byte, number string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program(t, "pdftotext"), "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{number, "ПАО «Сбербанк»", "ИНН 7707083893", "Выпуск сертификата", "2140.01"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in the PDF:\n%s", want, out)
		}
	}
}

func TestOneCRefuses(t *testing.T) {
	p := newPlace(t, "")
	a := accounting{p}
	change := func(old, new string) string { return strings.Replace(shipment, old, new, 1) }
	for i, row := range []struct{ name, body, path, code string }{
		{"check digit of the INN", change("7707083893", "7707083894"), "organisation.inn", "inn"},
		{"no KPP", change("773601001", ""), "organisation.kpp", "kpp"},
		{"price times quantity", change(`"sum":"2090.00"`, `"sum":"2090.01"`), "lines[0].sum", "sum"},
		{"VAT of another rate", change(`"vat":"376.89"`, `"vat":"348.33"`), "lines[0].vat", "vat"},
		{"old rate", change(`"vat_rate":"22"`, `"vat_rate":"18"`), "lines[0].vat_rate", "vat_rate"},
		{"total", change(`"total":"2140.01"`, `"total":"2140.00"`), "total", "sum"},
		{"comma", change(`"total":"2140.01"`, `"total":"2140,01"`), "total", "decimal"},
		{"money as a number", change(`"total":"2140.01"`, `"total":2140.01`), "total", "type"},
		{"date", change(`"date":"2026-11-20"`, `"date":"20.11.2026"`), "date", "date"},
		{"unknown field", change(`"date"`, `"datum"`), "", "json"},
		{"no lines", `{"shipment_id":"x"}`, "lines", "required"},
		{"not JSON", `hello`, "", "json"},
	} {
		status, j := a.job("POST", "/shipments", fmt.Sprint("bad-", i), row.body)
		found := false
		for _, e := range j.Errors {
			found = found || e.Path == row.path && e.Code == row.code && e.Message != ""
		}
		if status != http.StatusUnprocessableEntity || !found {
			t.Errorf("%s: %d %+v", row.name, status, j.Errors)
		}
	}
	if status, _ := a.call("POST", "/shipments", "", shipment); status != http.StatusUnprocessableEntity {
		t.Errorf("no key: %d", status)
	}
	a.call("POST", "/shipments", "key-1", shipment)
	if status, _ := a.call("POST", "/shipments", "key-1", change("s-1", "s-2")); status != http.StatusConflict {
		t.Errorf("the same key, another body: %d", status)
	}
	if status, _ := a.call("POST", "/shipments", "key-2", shipment); status != http.StatusConflict {
		t.Errorf("a living shipment under another key: %d", status)
	}
	for range 2 {
		if status, j := a.job("POST", "/shipments/s-1/cancel", "", ""); status != http.StatusOK || j.Status != "failed" || j.Errors[0].Code != "cancelled" {
			t.Errorf("cancel: %d %+v", status, j)
		}
	}
	p.turn(`{"onec":{"refuse":"Период закрыт","wait_seconds":0}}`)
	_, sent := a.job("POST", "/shipments", "key-3", change("s-1", "s-3"))
	if _, j := a.job("GET", "/jobs/"+sent.JobID, "", ""); j.Status != "failed" || j.Errors[0].Message != "Период закрыт" {
		t.Errorf("refused: %+v", j)
	}
	p.turn(`{"onec":{"refuse":"","wrong_signature":true,"twice":true}}`)
	_, sent = a.job("POST", "/shipments", "key-4", change("s-1", "s-3"))
	_, j := a.job("GET", "/jobs/"+sent.JobID, "", "")
	f := j.Documents[0].Files[0]
	_, b := a.call("GET", "/files/"+f.FileID, "", "")
	if sum := sha256.Sum256(b); len(b) != f.Size || hex.EncodeToString(sum[:]) == f.SHA256 {
		t.Error("the knob did not spoil the file")
	}
	if _, raw := a.call("GET", "/changes", "", ""); strings.Count(string(raw), `"seq":1,`) != 2 {
		t.Errorf("twice: %s", raw)
	}
	req, _ := http.NewRequest("GET", p.server.URL+"/onec/jobs/"+sent.JobID, nil)
	req.Header.Set("Authorization", "Bearer guess")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("wrong token: %d", resp.StatusCode)
	}
	if status, _ := a.call("GET", "/jobs/none", "", ""); status != http.StatusNotFound {
		t.Errorf("unknown job: %d", status)
	}
}
