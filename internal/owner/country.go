package owner

import "strings"

// Country is a citizenship: three letters of OKSM (ISO 3166-1) and the name.
type Country struct{ Code, Name string }

// Countries lists them by name, the neighbours first.
var Countries = func() (list []Country) {
	for line := range strings.SplitSeq(strings.TrimSpace(countries), "\n") {
		for part := range strings.SplitSeq(line, ";") {
			part = strings.TrimSpace(part)
			list = append(list, Country{part[:3], part[4:]})
		}
	}
	return list
}()

func knownCountry(code string) bool {
	for _, c := range Countries {
		if c.Code == code {
			return true
		}
	}
	return false
}

const countries = `
RUS Россия; BLR Беларусь; KAZ Казахстан; ARM Армения; KGZ Киргизия; UZB Узбекистан; TJK Таджикистан; AZE Азербайджан; MDA Молдова; TKM Туркмения; UKR Украина; GEO Грузия; XXX Лицо без гражданства
ABH Абхазия; AUS Австралия; AUT Австрия; ALB Албания; DZA Алжир; AGO Ангола; AND Андорра; ATG Антигуа и Барбуда; ARG Аргентина; AFG Афганистан
BHS Багамы; BGD Бангладеш; BRB Барбадос; BHR Бахрейн; BLZ Белиз; BEL Бельгия; BEN Бенин; BGR Болгария; BOL Боливия; BIH Босния и Герцеговина; BWA Ботсвана; BRA Бразилия; BRN Бруней; BFA Буркина-Фасо; BDI Бурунди; BTN Бутан
VUT Вануату; VAT Ватикан; GBR Великобритания; HUN Венгрия; VEN Венесуэла; TLS Восточный Тимор; VNM Вьетнам
GAB Габон; HTI Гаити; GUY Гайана; GMB Гамбия; GHA Гана; GTM Гватемала; GIN Гвинея; GNB Гвинея-Бисау; DEU Германия; HND Гондурас; HKG Гонконг; GRD Гренада; GRC Греция
DNK Дания; DJI Джибути; DMA Доминика; DOM Доминиканская Республика; EGY Египет; ZMB Замбия; ZWE Зимбабве
ISR Израиль; IND Индия; IDN Индонезия; JOR Иордания; IRQ Ирак; IRN Иран; IRL Ирландия; ISL Исландия; ESP Испания; ITA Италия; YEM Йемен
CPV Кабо-Верде; KHM Камбоджа; CMR Камерун; CAN Канада; QAT Катар; KEN Кения; CYP Кипр; KIR Кирибати; CHN Китай; COL Колумбия; COM Коморы; COG Конго; COD Конго (ДРК); PRK Корея (КНДР); KOR Корея (Республика); CRI Коста-Рика; CIV Кот-д’Ивуар; CUB Куба; KWT Кувейт
LAO Лаос; LVA Латвия; LSO Лесото; LBR Либерия; LBN Ливан; LBY Ливия; LTU Литва; LIE Лихтенштейн; LUX Люксембург
MUS Маврикий; MRT Мавритания; MDG Мадагаскар; MAC Макао; MWI Малави; MYS Малайзия; MLI Мали; MDV Мальдивы; MLT Мальта; MAR Марокко; MHL Маршалловы Острова; MEX Мексика; FSM Микронезия; MOZ Мозамбик; MCO Монако; MNG Монголия; MMR Мьянма
NAM Намибия; NRU Науру; NPL Непал; NER Нигер; NGA Нигерия; NLD Нидерланды; NIC Никарагуа; NZL Новая Зеландия; NOR Норвегия; ARE ОАЭ; OMN Оман; PAK Пакистан; PLW Палау; PSE Палестина; PAN Панама; PNG Папуа — Новая Гвинея; PRY Парагвай; PER Перу; POL Польша; PRT Португалия
RWA Руанда; ROU Румыния; SLV Сальвадор; WSM Самоа; SMR Сан-Марино; STP Сан-Томе и Принсипи; SAU Саудовская Аравия; MKD Северная Македония; SYC Сейшелы; SEN Сенегал; VCT Сент-Винсент и Гренадины; KNA Сент-Китс и Невис; LCA Сент-Люсия; SRB Сербия; SGP Сингапур; SYR Сирия; SVK Словакия; SVN Словения; SLB Соломоновы Острова; SOM Сомали; SDN Судан; SUR Суринам; USA США; SLE Сьерра-Леоне
THA Таиланд; TWN Тайвань (Китай); TZA Танзания; TGO Того; TON Тонга; TTO Тринидад и Тобаго; TUV Тувалу; TUN Тунис; TUR Турция; UGA Уганда; URY Уругвай
FJI Фиджи; PHL Филиппины; FIN Финляндия; FRA Франция; HRV Хорватия; CAF ЦАР; TCD Чад; MNE Черногория; CZE Чехия; CHL Чили
CHE Швейцария; SWE Швеция; LKA Шри-Ланка; ECU Эквадор; GNQ Экваториальная Гвинея; ERI Эритрея; SWZ Эсватини; EST Эстония; ETH Эфиопия; ZAF ЮАР; OST Южная Осетия; SSD Южный Судан; JAM Ямайка; JPN Япония
`
