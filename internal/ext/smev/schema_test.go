package smev_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	client "signdesk/internal/ext/smev"
	"signdesk/internal/gost/xmldsig"
)

// simulatorsAnswers is a Keep that has xmllint hold everything the simulator
// answers to the schemas of 1.1: what the client learns from it is then what
// SMEV would say.
func simulatorsAnswers(t *testing.T) func(context.Context, client.Wire) error {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "conformance")
	}
	dir = filepath.Join(dir, "smev", "xsd", "smev3-1.1")
	_, none := os.Stat(dir)
	lint, err := exec.LookPath("xmllint")
	switch {
	case none != nil:
		t.Logf("no conformance data, answers are not validated: %v", none)
		return nil
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal(err)
	case err != nil:
		t.Log(err)
		return nil
	}
	soap := func(local string) xml.Name {
		return xml.Name{Space: "http://schemas.xmlsoap.org/soap/envelope/", Local: local}
	}
	return func(_ context.Context, w client.Wire) error {
		if w.Sent {
			return nil
		}
		schema := "smev-message-exchange-types-1.1.xsd"
		path := []xml.Name{soap("Envelope"), soap("Body"), {}}
		if bytes.Contains(w.Body, []byte("<soap:Fault>")) {
			schema = "smev-message-exchange-faults-1.1.xsd"
			path = []xml.Name{soap("Envelope"), soap("Body"), soap("Fault"), {Local: "detail"}, {}}
		}
		body, err := xmldsig.Element(w.Body, path...)
		if err != nil {
			t.Errorf("%s: %v", w.Operation, err)
			return nil
		}
		cmd := exec.Command(lint, "--noout", "--nonet", "--schema", filepath.Join(dir, schema), "-")
		cmd.Stdin = bytes.NewReader(body)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %s\n%s", w.Operation, out, body)
		}
		return nil
	}
}
