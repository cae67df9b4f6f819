// Package static holds what the browser loads besides the pages: the console's
// own stylesheets and scripts, its pictures, and the vendored libraries with
// their licences. There is no bundler: a file is served as it stands here.
// COMPONENTS.md shows the markup every page is made of, vendor/VENDOR.md says
// where each vendored file comes from.
package static

import "embed"

// FS is the folder as the program carries it; names begin with css, js, img or vendor.
//
//go:embed css js img vendor
var FS embed.FS
