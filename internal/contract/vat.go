package contract

// rates are VAT rates by code, per cent; none is "without VAT" (registered
// software licences, НК РФ ст. 149).
var rates = map[string]int64{"none": 0, "0": 0, "5": 5, "7": 7, "10": 10, "20": 20, "22": 22}

// VATOf is the tax inside a sum that includes it, in kopecks, rounded half up
// (НК РФ ст. 164 п. 4: the calculated rate r/(100+r)).
func VATOf(sum int64, code string) int64 {
	r := rates[code]
	if r == 0 {
		return 0
	}
	return (2*sum*r + 100 + r) / (2 * (100 + r))
}

// VATRU is the rate on screen.
func VATRU(code string) string {
	if code == "none" {
		return "без НДС"
	}
	return code + " %"
}
