package issuance_test

import (
	"strings"
	"testing"

	"signdesk/internal/issuance"
	"signdesk/internal/org/orgtest"
)

// What the search field names beside organisations, by right only.
func TestLookUp(t *testing.T) {
	k, _ := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue()
	v := c.Load()
	snils := v.Owner.SNILS
	digits := strings.TrimPrefix(v.Number, "З-")
	carrier := v.Certificate.CarrierNumber
	for _, x := range []struct{ name, role, query, want string }{
		{"a case", "operator", v.Number, "/applications/"},
		{"a case in the wrong layout", "operator", "P-" + digits, "/applications/"},
		{"its digits alone", "supervisor", " " + digits, "/applications/"},
		{"its last digits", "operator", strings.TrimLeft(digits, "0"), "/applications/"},
		{"its beginning", "operator", v.Number[:len(v.Number)-2], "/applications/"},
		{"a SNILS", "operator", snils[:3] + "-" + snils[3:6] + "-" + snils[6:9] + " " + snils[9:], "/owners/"},
		{"its beginning", "operator", snils[:3] + "-" + snils[3:6], "/owners/"},
		{"a surname", "operator", v.Owner.Surname, "/owners/"},
		{"names begun, in any order", "operator", v.Owner.Name[:6] + " " + v.Owner.Surname[:6], "/owners/"},
		{"a carrier", "operator", strings.ToLower(carrier), "/certificates/"},
		{"its beginning", "operator", carrier[:4], "/certificates/"},
		{"a serial number", "operator", strings.ToLower(v.Certificate.Serial), "/certificates/"},
		{"its beginning", "operator", v.Certificate.Serial[:8], "/certificates/"},
		{"nobody's number", "operator", "З-999999", ""},
		{"an auditor sees no people", "auditor", snils, ""},
		{"an auditor sees no people by name", "auditor", v.Owner.Surname, ""},
		{"a foreigner sees no case", "foreign operator", v.Number, ""},
		{"a foreigner sees no SNILS", "foreign operator", snils, ""},
		{"a foreigner sees no owner", "foreign operator", v.Owner.Surname, ""},
		{"a foreigner sees no carrier", "foreign operator", carrier, ""},
		{"a foreigner sees no certificate", "foreign operator", v.Certificate.Serial, ""},
		{"a wildcard is no number", "operator", "З-00043_", ""},
		{"nor a name", "operator", "%%%", ""},
		{"zero byte", "operator", "\x00", ""},
		{"too much", "operator", strings.Repeat("ы ", 10000), ""},
	} {
		found, err := issuance.LookUp(t.Context(), k.DB, k.People[x.role], x.query)
		switch {
		case err != nil:
			t.Errorf("%s: %v", x.name, err)
		case x.want == "" && len(found) != 0:
			t.Errorf("%s: found %+v", x.name, found)
		case x.want != "" && (len(found) == 0 || !strings.HasPrefix(found[0].URL, x.want)):
			t.Errorf("%s %q: %+v, want %s…", x.name, x.query, found, x.want)
		}
	}
}
