package main

import "runnertape/decode"

// layout says which columns a line has.
type layout struct {
	clock    string // format of the time; "" for none
	method   bool
	path     int // columns of the path; 0 for none
	bytes    bool
	duration bool
}

// layoutFor is what fits into so many columns, 0 being no bound, and leaves some for what the exchange means:
// first the bytes leave, then most of the path, the method, the rest of the path, the milliseconds.
func layoutFor(columns int) layout {
	const milliseconds, seconds = "15:04:05.000", "15:04:05"
	switch {
	case columns == 0 || columns >= 154:
		return layout{clock: milliseconds, method: true, path: 32, bytes: true, duration: true}
	case columns >= 128:
		return layout{clock: milliseconds, method: true, path: 32, duration: true}
	case columns >= 116:
		return layout{clock: milliseconds, method: true, path: 20, duration: true}
	case columns >= 109:
		return layout{clock: milliseconds, path: 20, duration: true}
	case columns >= 88:
		return layout{clock: milliseconds, duration: true}
	case columns >= 76:
		return layout{clock: seconds, duration: true}
	case columns >= 64:
		return layout{clock: seconds}
	}
	return layout{}
}

// tellsPath tells whether what an exchange of that endpoint means tells its path too.
func tellsPath(endpoint string) bool {
	switch decode.Endpoint(endpoint) {
	case decode.Unknown, decode.ObjectStorage, "-", "":
		return false
	}
	return true
}
