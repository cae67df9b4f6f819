package registry

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// conformance opens a published file of the register, or skips the test.
func conformance(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	f, err := os.Open(filepath.Join(dir, "egrul", name))
	if err != nil {
		t.Skipf("conformance data not here: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// readAll parses every record of r; rejected ones are reported by their reason.
func readAll(t *testing.T, r io.Reader) (records []*Record, rejected []string, meta Meta) {
	t.Helper()
	dump := NewReader(r)
	for {
		raw, err := dump.Next()
		if errors.Is(err, io.EOF) {
			return records, rejected, dump.Meta()
		}
		if err != nil {
			t.Fatal(err)
		}
		record, err := dump.Parse(raw)
		var reject *RejectError
		if errors.As(err, &reject) {
			rejected = append(rejected, strings.TrimSpace(reject.OGRN+" "+reject.Reason))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
}

const (
	guid     = "00000000-0000-4000-8000-000000000001"
	maskGUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	baikonur = "Инспекция Федеральной налоговой службы по городу и космодрому Байконуру"
	tatarSFR = "Отделение Фонда пенсионного и социального страхования Российской Федерации по Республике Татарстан"
	altai    = "Управление Федеральной налоговой службы по Республике Алтай"
	sakhalin = "Управление Федеральной налоговой службы по Сахалинской области"
)

func TestOrganisationsOfForm407(t *testing.T) {
	records, rejected, meta := readAll(t, conformance(t, "egrul_407_anonymised_cp1251.xml"))
	wantMeta := Meta{
		ID:   "VO_RUGFO_0000_9965_20251116_00000000-0000-4000-8000-000000000000",
		Form: "4.07", Content: "ЕГРЮЛ_ОТКР_СВЕД", Records: 2, Made: "2025-11-16",
	}
	if meta != wantMeta || len(records) != 2 || rejected != nil {
		t.Fatalf("%+v, %d records, rejected %q", meta, len(records), rejected)
	}
	want := &Record{
		Kind: Organisation, OGRN: "1039952601810", INN: "9901590834", KPP: "990101001",
		FullName: `ПОТРЕБИТЕЛЬСКИЙ КООПЕРАТИВ "ОБРАЗЕЦ № 1"`, ShortName: `ПОТРЕБИТЕЛЬСКИЙ КООПЕРАТИВ "ОБРАЗЕЦ № 2"`,
		Form:       Form{"ОКОПФ", "20101", "Гаражные и гаражно-строительные кооперативы"},
		Registered: "2003-04-23", Extracted: "2025-11-10", Status: Status{State: Active},
		Created: &Creation{
			Code: "01", How: "Создание юридического лица до 01.07.2002", Number: "00", Date: "1999-05-13",
			By: "Регистрационно-лицензионный отдел администрации города Байконур",
		},
		Seat: &Address{GUID: guid, RegionCode: "99", Region: "Г.БАЙКОНУР", Line: "Г.БАЙКОНУР"},
		Address: &Address{
			GUID: guid, PostCode: "468325", RegionCode: "99", Region: "Г.БАЙКОНУР", Area: "МКР 7-Й", House: "Д. 1",
			Room: "КВ. 1", KLADR: "990000000000055", Line: "468325, Г.БАЙКОНУР, МКР 7-Й, Д. 1, КВ. 1",
			Classic: "468325, Г.БАЙКОНУР, МКР. 7-Й, Д. 1, КВ. 1",
		},
		Heads: []Head{{
			Person: &Person{"ИВАНОВ", "ИВАН", "ИВАНОВИЧ", "990135181924", "m", "Республика Казахстан"},
			Title:  "ПРЕДСЕДАТЕЛЬ", KindCode: "02", Kind: "Руководитель юридического лица", Since: "2025-02-07",
		}},
		Activities: []Activity{{"52.21.24", "Деятельность стоянок для транспортных средств", "2014", true}},
		TaxOffice:  &Office{Code: "9901", Name: baikonur, Since: "1999-05-27"},
		RegOffice:  &Office{Code: "9901", Name: baikonur, Address: ",468320, Байконур г, Осташева ул, 5"},
		Pension:    &Insurer{"0000000000", "2004-11-01", "009901", tatarSFR},
		Social:     &Insurer{"0000000000", "2022-12-20", "009901", tatarSFR},
		LastEntry: &Entry{"2259901661314", "2025-11-10", "Государственная регистрация изменений, внесенных в " +
			"учредительный документ юридического лица, и внесение изменений в сведения о юридическом лице, содержащиеся в ЕГРЮЛ"},
	}
	if diff := cmp.Diff(want, records[0]); diff != "" {
		t.Errorf("first record (-want +got):\n%s", diff)
	}
	second := records[1]
	founder := &Person{"ИВАНОВ", "ИВАН", "ИВАНОВИЧ", "990185393339", "f", "Республика Казахстан"}
	if diff := cmp.Diff([]Founder{{Person: founder, Kopecks: 2000000, Percent: "100", Since: "2007-12-20"}}, second.Founders); diff != "" {
		t.Errorf("founders:\n%s", diff)
	}
	if diff := cmp.Diff(&Capital{"УСТАВНЫЙ КАПИТАЛ", 2000000}, second.Capital); diff != "" {
		t.Errorf("capital:\n%s", diff)
	}
	if len(second.Activities) != 11 || second.Activities[10].Code != "95.22.1" || second.Activities[10].Main ||
		second.Activities[0].Name != "Ремонт машин и оборудования" {
		t.Errorf("activities: %+v", second.Activities)
	}
}

func TestEntrepreneursOfForm406(t *testing.T) {
	records, rejected, meta := readAll(t, conformance(t, "egrip_anonymised_cp1251.xml"))
	if meta.Form != "4.06" || meta.Records != 5 || len(records) != 5 || rejected != nil {
		t.Fatalf("%+v, %d records, rejected %q", meta, len(records), rejected)
	}
	if got := records[0].FarmHead; !strings.HasPrefix(got, "Индивидуальный предприниматель является главой крестьянского") {
		t.Errorf("farm: %q", got)
	}
	want := &Record{
		Kind: Entrepreneur, OGRN: "324044026140142", INN: "040319314166",
		FullName: "ИВАНОВ ИВАН ИВАНОВИЧ", ShortName: "ИП ИВАНОВ ИВАН ИВАНОВИЧ",
		Form:       Form{Code: "1", Name: "Индивидуальный предприниматель"},
		Registered: "2024-10-22", Extracted: "2025-11-30", Status: Status{State: Active},
		Person: &Person{"ИВАНОВ", "ИВАН", "ИВАНОВИЧ", "040319314166", "f", "Россия"},
		Email:  "TEST@EXAMPLE.RU",
		Activities: []Activity{
			{"53.20.3", "Деятельность курьерская", "2014", true},
			{"23.61", "Производство изделий из бетона для использования в строительстве", "2014", false},
			{"47.78.9", "Торговля розничная непродовольственными товарами, не включенными в другие группировки, в специализированных магазинах", "2014", false},
			{"49.41", "Деятельность автомобильного грузового транспорта", "2014", false},
			{"73.11", "Деятельность рекламных агентств", "2014", false},
		},
		TaxOffice: &Office{Code: "0400", Name: altai, Since: "2024-10-22"},
		RegOffice: &Office{Code: "0400", Name: altai, Address: "643, 649000, Республика Алтай, г.Горно-Алтайск, ул.Чорос-Гуркина, 40"},
		Pension: &Insurer{"0000000000", "2024-10-22", "004",
			"Отделение Фонда пенсионного и социального страхования Российской Федерации по Республике Алтай"},
		LastEntry: &Entry{"425047058649200", "2025-11-30", "Представление сведений о выдаче или замене документа, " +
			"удостоверяющего личность гражданина Российской Федерации на территории Российской Федерации"},
	}
	if diff := cmp.Diff(want, records[1]); diff != "" {
		t.Errorf("second record (-want +got):\n%s", diff)
	}
	if got := records[1].Region(); got != "04" {
		t.Errorf("region %q", got)
	}
}

func TestOldRootAndAddressForms(t *testing.T) {
	records, rejected, meta := readAll(t, conformance(t, "egrul_fias_address_synthetic_cp1251.xml"))
	if meta != (Meta{Made: "2023-08-07"}) || len(records) != 4 || rejected != nil {
		t.Fatalf("%+v, %d records, rejected %q", meta, len(records), rejected)
	}
	wonder, club, closed := records[0], records[1], records[3]
	if wonder.FullName != `ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "КОМПАНИЯ "ЧУДЕСА"` || wonder.ShortName != `ООО "КОМПАНИЯ ЧУДЕСА"` {
		t.Errorf("names %q, %q", wonder.FullName, wonder.ShortName)
	}
	// The two forms disagree: both must be seen.
	wantAddress := &Address{
		GUID: maskGUID, PostCode: "452613", RegionCode: "02", Region: "Республика Башкортостан",
		District: "ГОРОД ОКТЯБРЬСКИЙ", Locality: "Г ОКТЯБРЬСКИЙ", Street: "ПР-КТ ЛЕНИНА", House: "Д. 00А",
		KLADR:   "000000000000001",
		Line:    "452613, Республика Башкортостан, ГОРОД ОКТЯБРЬСКИЙ, Г ОКТЯБРЬСКИЙ, ПР-КТ ЛЕНИНА, Д. 00А",
		Classic: "452614, Республика Башкортостан, Г. ОКТЯБРЬСКИЙ, ПР-КТ ЛЕНИНА, Д.00, К.А, КВ.01-02",
	}
	if diff := cmp.Diff(wantAddress, wonder.Address); diff != "" {
		t.Errorf("address:\n%s", diff)
	}
	// The post code stands in the classic form only.
	if got := club.Address.Line; got != "694500, Сахалинская область, г.о. ЮЖНО-КУРИЛЬСКИЙ, ПГТ ЮЖНО-КУРИЛЬСК, КВ-Л ИЛЬИЧЕВА, Д. 0Б" {
		t.Errorf("line %q", got)
	}
	tax := func() *Office { return &Office{Code: "0000", Name: sakhalin, Since: "1970-01-01"} }
	wantBranches := []Branch{
		{Name: `"ПЕРЕДВИЖНОЙ ЛАЗАРЕТ"`, KPP: "444444445", TaxOffice: tax(), Address: &Address{
			GUID: maskGUID, PostCode: "694500", RegionCode: "65", Region: "Сахалинская область",
			District: "г.о. ЮЖНО-КУРИЛЬСКИЙ", Locality: "ПГТ ЮЖНО-КУРИЛЬСК", Street: "КВ-Л ИЛЬИЧЕВА", House: "Д. 1111",
			KLADR:   "000000000000004",
			Line:    "694500, Сахалинская область, г.о. ЮЖНО-КУРИЛЬСКИЙ, ПГТ ЮЖНО-КУРИЛЬСК, КВ-Л ИЛЬИЧЕВА, Д. 1111",
			Classic: "694500, Сахалинская область, Р-Н ЮЖНО-КУРИЛЬСКИЙ, ПГТ ЮЖНО-КУРИЛЬСК, КВ-Л ИЛЬИЧЕВА, Д. 1111",
		}},
		{Name: `"КИТОВЫЙ ФИЛИАЛ МБУ "СТОПРОЦЕНТНЫЙ ДОМ КУЛЬТУРЫ"`, KPP: "444444446", TaxOffice: tax()},
		{Name: `"АКУЛОВЫЙ ФИЛИАЛ МБУ "СТОПРОЦЕНТНЫЙ ДОМ КУЛЬТУРЫ"`},
	}
	if diff := cmp.Diff(wantBranches, club.Branches); diff != "" {
		t.Errorf("branches:\n%s", diff)
	}
	end := StatusNote{Code: "201", Text: "Ликвидация юридического лица", Since: "1970-01-01"}
	if diff := cmp.Diff(Status{State: Closed, Code: end.Code, Text: end.Text, Since: end.Since, Notes: []StatusNote{end}}, closed.Status); diff != "" {
		t.Errorf("status:\n%s", diff)
	}
	if club.Status.State != Active || closed.Address != nil || closed.Region() != "87" {
		t.Errorf("%+v, %+v, region %s", club.Status, closed.Address, closed.Region())
	}

	updated, _, _ := readAll(t, conformance(t, "egrul_fias_address_update_synthetic_cp1251.xml"))
	if got := updated[1].Status.State; got != Closed {
		t.Errorf("after the update: %s", got)
	}
}

func TestExtract(t *testing.T) {
	record, meta, err := ParseExtract(strings.NewReader(fileOf(sampleOrg)))
	if err != nil || record.OGRN != "1027700132195" || meta.Form != "4.07" {
		t.Fatalf("%+v, %+v, %v", record, meta, err)
	}
	for _, c := range []struct {
		text string
		want error
	}{
		{fileOf(), ErrNoRecord},
		{fileOf(sampleOrg, sampleOrg), ErrManyRecord},
		{"<html><body>", ErrNotDump},
		{"%PDF-1.4", ErrNotDump},
		{"", ErrNotDump},
		{`<!DOCTYPE Файл SYSTEM "x"><Файл/>`, ErrDoctype},
		{strings.TrimSuffix(fileOf(sampleOrg), "</Файл>"), ErrCutOff},
	} {
		if _, _, err := ParseExtract(strings.NewReader(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%.40q…: %v, want %v", c.text, err, c.want)
		}
	}
	var reject *RejectError
	if _, _, err := ParseExtract(strings.NewReader(fileOf(strings.Replace(sampleOrg, `ИНН="7707083893"`, `ИНН="7707083894"`, 1)))); !errors.As(err, &reject) {
		t.Errorf("wrong check digit: %v", err)
	}
}
