package org

// Equal is open to the tests outside.
var Equal = equal
