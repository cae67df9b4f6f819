package exchange

import "signdesk/internal/ext/smev"

// skewOf is SMEV's clock less ours in milliseconds, and when that was seen;
// nothing before SMEV has answered.
func skewOf(c *smev.Client) (ms, at any) {
	s, ok := c.Skew()
	if !ok {
		return nil, nil
	}
	return s.By.Milliseconds(), s.At
}
