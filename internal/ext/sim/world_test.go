package sim_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/smev"
	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// petrov is the one person whose papers the test world knows.
var petrov = smev.Person{SNILS: "112-233-445 95", INN: "500100732259", Surname: "Петров", Name: "Иван", Patronymic: "Иванович",
	BirthDate: "1980-02-03", PassportSeries: "4510", PassportNumber: "123456"}

// clock is the world's time: real, moved forward by tests.
type clock struct {
	mu   sync.Mutex
	plus time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.plus)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus += d
}

// place is a world behind a port; restart opens the same folder again.
type place struct {
	t        *testing.T
	dir      string
	register string
	clock    clock
	world    *sim.World
	server   *httptest.Server
}

func newPlace(t *testing.T, register string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), register: register}
	p.start()
	t.Cleanup(p.stop)
	return p
}

func (p *place) start() {
	p.t.Helper()
	w, err := sim.NewWorld(sim.Options{Dir: p.dir, Now: p.clock.now, BaseURL: "http://127.0.0.1", Register: p.register, People: []smev.Person{petrov}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.world, p.server = w, httptest.NewServer(w.Handler())
}

func (p *place) stop() {
	p.server.Close()
	if err := p.world.Close(); err != nil {
		p.t.Error(err)
	}
}

func (p *place) restart() {
	p.t.Helper()
	p.stop()
	p.start()
}

func (p *place) file(name string) []byte {
	p.t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *place) secret(name string) string { return strings.TrimSpace(string(p.file(name))) }

// turn sets knobs by the control API.
func (p *place) turn(knobs string) sim.Report {
	p.t.Helper()
	resp, err := http.Post(p.server.URL+"/control", "application/json", strings.NewReader(knobs))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("control: %d %s", resp.StatusCode, body)
	}
	var r sim.Report
	if err := json.Unmarshal(body, &r); err != nil {
		p.t.Fatal(err)
	}
	return r
}

// caller is an information system of its own, speaking raw SOAP text.
type caller struct {
	p       *place
	key     *gost.PrivateKey
	cert    *gost.Certificate
	version string
}

func (p *place) caller() *caller {
	p.t.Helper()
	block, _ := pem.Decode(p.file("smev-client.key.pem"))
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		p.t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(p.file("smev-client.cert.pem"))
	if err != nil {
		p.t.Fatal(err)
	}
	return &caller{p: p, key: key, cert: cert, version: "1.1"}
}

// newID makes a UUID of version 1 for now.
func newID(t *testing.T) string {
	t.Helper()
	u, err := uuid.NewUUID()
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

const soapHead = `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>`

// wrap puts the signed element into its operation.
func (c *caller) wrap(operation, id, element string) string {
	c.p.t.Helper()
	open := fmt.Sprintf(`%s<t:%sRequest xmlns:t="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/%[3]s" `+
		`xmlns:b="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/basic/%[3]s">%[4]s`, soapHead, operation, c.version, element)
	shut := "</t:" + operation + "Request></S:Body></S:Envelope>"
	sig, err := xmldsig.Sign(rand.Reader, []byte(open+shut), id, c.cert, c.key)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return open + "<t:CallerInformationSystemSignature>" + string(sig) + "</t:CallerInformationSystemSignature>" + shut
}

func (c *caller) request(id, payload string) string {
	return c.wrap("SendRequest", "SIGNED_BY_CONSUMER", `<t:SenderProvidedRequestData Id="SIGNED_BY_CONSUMER"><t:MessageID>`+id+
		"</t:MessageID><b:MessagePrimaryContent>"+payload+"</b:MessagePrimaryContent></t:SenderProvidedRequestData>")
}

func (c *caller) selector(space, root string) string {
	what := ""
	if space != "" {
		what = "<b:NamespaceURI>" + space + "</b:NamespaceURI><b:RootElementLocalName>" + root + "</b:RootElementLocalName>"
	}
	return c.wrap("GetResponse", "SIGNED_BY_CALLER", `<b:MessageTypeSelector Id="SIGNED_BY_CALLER">`+what+"<b:Timestamp>"+
		c.p.clock.now().Format(time.RFC3339Nano)+"</b:Timestamp></b:MessageTypeSelector>")
}

func (c *caller) ackText(id string) string {
	return c.wrap("Ack", "SIGNED_BY_CALLER", `<b:AckTargetMessage Id="SIGNED_BY_CALLER" accepted="true">`+id+"</b:AckTargetMessage>")
}

// post sends an envelope; fault is the local name of the detail, "" for none.
func (c *caller) post(envelope string) (body, fault string) {
	c.p.t.Helper()
	resp, err := http.Post(c.p.server.URL+"/smev", "text/xml; charset=utf-8", strings.NewReader(envelope))
	if err != nil {
		c.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.p.t.Fatal(err)
	}
	if m := regexp.MustCompile(`<detail><ns3:(\w+)`).FindStringSubmatch(string(b)); m != nil {
		return string(b), m[1]
	}
	if strings.Contains(string(b), "<soap:Fault>") {
		return string(b), "Client"
	}
	if resp.StatusCode != http.StatusOK {
		return string(b), fmt.Sprint(resp.StatusCode)
	}
	return string(b), ""
}

func (c *caller) send(id, payload string) string {
	_, fault := c.post(c.request(id, payload))
	return fault
}

// next takes the next answer from the queue; id is "" when it is empty.
func (c *caller) next() (body, id string) {
	c.p.t.Helper()
	body, fault := c.post(c.selector("", ""))
	if fault != "" {
		c.p.t.Fatalf("GetResponse: %s", body)
	}
	if m := regexp.MustCompile(`<ns2:MessageID>([^<]+)<`).FindStringSubmatch(body); m != nil {
		id = m[1]
	}
	return body, id
}

func (c *caller) ack(id string) string {
	_, fault := c.post(c.ackText(id))
	return fault
}

// conformance finds a file of the conformance data, or skips the test.
func conformance(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil {
			if _, e := os.Stat(filepath.Join(root, "go.mod")); e == nil {
				break
			}
			if root == filepath.Dir(root) {
				err = errors.New("no go.mod above")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "conformance")
	}
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("conformance data are not here: %v", err)
	}
	return file
}

// program finds a foreign program, or skips the test; in CI it must be there.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// validate holds one element of an answer to all schemas of a folder with xmllint.
func validate(t *testing.T, schema, body, element string) {
	t.Helper()
	m := regexp.MustCompile(`(?s)<(?:\w+:)?` + element + `[ >].*</(?:\w+:)?` + element + `>`).FindString(body)
	if m == "" {
		t.Fatalf("no %s in %s", element, body)
	}
	file := filepath.Join(t.TempDir(), "part.xml")
	if err := os.WriteFile(file, []byte(m), 0o600); err != nil {
		t.Fatal(err)
	}
	driver := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">`
	for _, xsd := range []string{"smev-message-exchange-types-1.1.xsd", "smev-message-exchange-faults-1.1.xsd", "esia_rg_register_certificate.xsd"} {
		raw, err := os.ReadFile(filepath.Join(conformance(t, schema), xsd))
		if err != nil {
			continue // of the other folder
		}
		space := regexp.MustCompile(`targetNamespace="([^"]+)"`).FindSubmatch(raw)[1]
		driver += fmt.Sprintf(`<xs:import namespace="%s" schemaLocation="file://%s"/>`, space, filepath.Join(conformance(t, schema), xsd))
	}
	all := filepath.Join(t.TempDir(), "all.xsd")
	if err := os.WriteFile(all, []byte(driver+"</xs:schema>"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program(t, "xmllint"), "--noout", "--nonet", "--schema", all, file).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %s\n%s", element, bytes.TrimSpace(out), m)
	}
}
