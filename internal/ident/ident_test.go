package ident

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// conformance returns the path of a published test file, or skips the test.
func conformance(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("conformance data not here: %v", err)
	}
	return path
}

func TestEveryPublishedVectorAgrees(t *testing.T) {
	f, err := os.Open(conformance(t, "identifiers/ru_identifiers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		kind, value, aux, want := row[0], row[1], row[2], row[3]
		bik, _ := strings.CutPrefix(strings.SplitN(aux, ";", 2)[0], "bik=")
		err := Check(kind, value, bik)
		if (err == nil) != (want == "valid") {
			t.Errorf("%s %s (%s): %v, published as %s", kind, value, aux, err, want)
		}
		var text *Error
		if err != nil && (!errors.As(err, &text) || text.Text == "") {
			t.Errorf("%s %s: %v is no *Error with a reason", kind, value, err)
		}
	}
	if len(rows) < 100 {
		t.Errorf("only %d rows read", len(rows))
	}
}

// F382: 10 digits of an organisation, 12 of an entrepreneur, no spaces or dashes.
func TestRefusalsNameTheRule(t *testing.T) {
	for _, c := range []struct{ kind, value, bik, reason string }{
		{"inn", "", "", "не указан"},
		{"inn", "7707 083893", "", "только из цифр"},
		{"inn", "٧٧٠٧٠٨٣٨٩٣", "", "только из цифр"},
		{"inn", "770708389", "", "из 10 цифр (организация) или 12"},
		{"inn", "7707083894", "", "должно быть 3, а стоит 4"},
		{"inn", "500100732250", "", "должно быть 9, а стоит 0"},
		{"inn", "0000000000", "", "нулей"},
		{"kpp", "77140101", "", "9 знаков"},
		{"kpp", "7714О1001", "", "Пятый и шестой"},
		{"kpp", "7714010O1", "", "Знак 8"},
		{"ogrn", "102770013219", "", "13 цифр (организация) или 15"},
		{"ogrn", "2027700132195", "", "начинается с 1 или 5"},
		{"ogrn", "1027700132194", "", "должно быть 5, а стоит 4"},
		{"ogrnip", "1027700132195", "", "15 цифр"},
		{"ogrnip", "504500116000157", "", "начинается с 3"},
		{"snils", "0000000000", "", "11 цифр, а здесь 10"},
		{"snils", "000-000-000 00", "", "нулей"},
		{"snils", "001-001-999 00", "", "не сходится"},
		{"okpo", "4729661", "", "8 цифр"},
		{"bik", "944525225", "", "начинается с 04"},
		{"account", "40702810955230165464", "", "укажите БИК"},
		{"account", "40702810955230165464", "04403065", "БИК состоит из 9"},
		{"account", "40702810955230165460", "044030653", "Ключ счёта"},
		{"corr_account", "3010181050000000065", "044030653", "20 цифр"},
	} {
		err := Check(c.kind, c.value, c.bik)
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s %q: %v, want a reason with %q", c.kind, c.value, err, c.reason)
		}
	}
	if err := Check("passport", "1", ""); !errors.Is(err, ErrKind) {
		t.Errorf("unknown kind: %v", err)
	}
	if OrgINN("500100732259") == nil || PersonINN("7707083893") == nil {
		t.Error("an organisation's number passes for a person's or the reverse")
	}
}

func TestCompletedNumbersAreValid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	digits := func(n int) string {
		s := ""
		for range n {
			s += fmt.Sprint(r.IntN(10))
		}
		return s
	}
	for range 2000 {
		bik := "04" + digits(4) + fmt.Sprintf("%03d", 50+r.IntN(950))
		for kind, value := range map[string]string{
			"inn":          INNWithCheckDigits("77" + digits(7+r.IntN(2))),
			"ogrn":         OGRNWithCheckDigit("1" + digits(11)),
			"ogrnip":       OGRNWithCheckDigit("3" + digits(13)),
			"snils":        SNILSWithCheckDigits("1" + digits(8)),
			"okpo":         OKPOWithCheckDigit(digits(7)),
			"account":      AccountWithKey("4"+digits(19), bik[6:]),
			"corr_account": AccountWithKey("3"+digits(19), "0"+bik[4:6]),
		} {
			if err := Check(kind, value, bik); err != nil {
				t.Fatalf("%s %s (%s): %v", kind, value, bik, err)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	if got := FormatSNILS("11223344595"); got != "112-233-445 95" {
		t.Error(got)
	}
	if got := FormatSNILS("1122"); got != "1122" {
		t.Error(got)
	}
	for in, want := range map[string]string{
		"8 (912) 123-45-67": "+79121234567", "+7 912 123 45 67": "+79121234567", "9121234567": "+79121234567",
		"+375 29 123-45-67": "+375291234567",
	} {
		if got, err := Phone(in); got != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "+", "12345", "8912abc4567", "+7 912 123 45", "8 912 123 45 67 8"} {
		if got, err := Phone(in); err == nil {
			t.Errorf("%q is taken for %q", in, got)
		}
	}
	if got := FormatPhone("+79121234567"); got != "+7 912 123-45-67" {
		t.Error(got)
	}
}

func FuzzCheck(f *testing.F) {
	for _, kind := range Kinds() {
		f.Add(kind, "7707083893", "044525225")
	}
	f.Add("kpp", "7714ЁЁ1", "")
	f.Fuzz(func(t *testing.T, kind, value, bik string) {
		var text *Error
		if err := Check(kind, value, bik); err != nil && !errors.As(err, &text) && !errors.Is(err, ErrKind) {
			t.Fatal(err)
		}
		_, _ = FormatSNILS(value), FormatPhone(value)
		_, _ = Phone(value)
	})
}
