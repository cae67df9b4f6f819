package issuance_test

import (
	"strings"
	"testing"

	"signdesk/internal/issuance"
	"signdesk/internal/org/orgtest"
)

// A whole number leads to its case, owner or certificate, by right only.
func TestByNumber(t *testing.T) {
	k, _ := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue()
	v := c.Load()
	for _, x := range []struct{ name, role, query, want string }{
		{"a case", "operator", v.Number, "/applications/"},
		{"a case in the wrong layout", "operator", "P-" + strings.TrimPrefix(v.Number, "З-"), "/applications/"},
		{"its digits alone", "supervisor", " " + strings.TrimPrefix(v.Number, "З-"), "/applications/"},
		{"a SNILS", "operator", v.Owner.SNILS[:3] + "-" + v.Owner.SNILS[3:6] + "-" + v.Owner.SNILS[6:9] + " " + v.Owner.SNILS[9:], "/owners/"},
		{"a serial number", "operator", strings.ToLower(v.Certificate.Serial), "/certificates/"},
		{"nobody's number", "operator", "З-999999", ""},
		{"an auditor sees no people", "auditor", v.Owner.SNILS, ""},
		{"a foreigner sees nothing", "foreign operator", v.Number, ""},
		{"a wildcard is no number", "operator", "З-00043_", ""},
	} {
		found, err := issuance.ByNumber(t.Context(), k.DB, k.People[x.role], x.query)
		switch {
		case err != nil:
			t.Errorf("%s: %v", x.name, err)
		case x.want == "" && len(found) != 0:
			t.Errorf("%s: found %+v", x.name, found)
		case x.want != "" && (len(found) != 1 || !strings.HasPrefix(found[0].URL, x.want)):
			t.Errorf("%s: %+v, want %s…", x.name, found, x.want)
		}
	}
}
