package exchange

import "signdesk/internal/ext/smev"

// InformationTypes are the questions that SMEV carries for us, for the settings
// screen: how each is called, its namespace and how well it is known.
func InformationTypes() []smev.Type { return smev.Types }
