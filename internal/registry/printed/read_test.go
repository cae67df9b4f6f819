package printed_test

import (
	"os"
	"testing"
	"fmt"
	"encoding/json"

	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry/printed"
)

func TestScratch(t *testing.T) {
	for i, l := range []orgtest.Layout{orgtest.Since2022, orgtest.Before2022, orgtest.Unruled} {
		b := orgtest.Romashka.PDF(t, l)
		os.WriteFile(fmt.Sprintf("/tmp/x%d.pdf", i), b, 0o644)
		r, err := printed.Read(b)
		if err != nil { t.Error(err); continue }
		j, _ := json.MarshalIndent(r, "", " ")
		t.Logf("%d: %s", i, j)
	}
	b := orgtest.Kim.PDF(t, 0)
	r, err := printed.Read(b)
	j, _ := json.Marshal(r)
	t.Logf("%v %s", err, j)
}
