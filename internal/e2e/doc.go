// Package e2e holds no program, only tests of the programs as they are shipped:
// console, sim and agent are built, started by `console demo` in a folder of
// their own, and used as people use them: in Chromium, over HTTP, on the command
// line. What they leave behind is checked by programs that nobody here wrote
// (OpenSSL with the gost engine, xmllint, pdftotext). The tests import nothing
// of the console, so that they cannot agree with it by accident.
//
// E2E_SHOTS names a folder that gets a picture of every screen of the nine steps.
package e2e
