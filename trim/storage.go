package trim

import (
	"net/url"
	"strings"

	"runnertape"
)

// storage is where kept jobs were sent for artifacts, and which of that they were seen to fetch as a whole.
type storage struct {
	sent    map[string]bool // host and path
	fetched map[string]bool // not by parts: some of them may have been given to another job
}

func newStorage() storage { return storage{map[string]bool{}, map[string]bool{}} }

// see takes note of an exchange of a kept job.
func (s storage) see(x *runnertape.Exchange) {
	switch status := x.Status(); {
	case status >= 300 && status < 400:
		if at := location(x); at != "" {
			s.sent[at] = true
		}
	case status == 200 && x.Request.Method == "GET":
		if of := runnertape.KindOf(x); of.Whole && of.Kept {
			s.fetched[address(x)] = true
		}
	}
}

// lacks tells whether kept jobs were sent to where an exchange goes, and were not seen to fetch all of it.
func (s storage) lacks(x *runnertape.Exchange) bool {
	at := address(x)
	return s.sent[at] && !s.fetched[at]
}

// address is where an exchange goes, whoever signed for it.
func address(x *runnertape.Exchange) string { return x.Host + x.Request.Path() }

// location is the address to which the answer of x sends; "" if none.
func location(x *runnertape.Exchange) string {
	base, err := url.Parse(x.URL())
	if err != nil {
		return ""
	}
	to, err := base.Parse(x.Response.Header.Get("Location"))
	if err != nil || to.Host == "" {
		return ""
	}
	host := to.Host
	if own := map[string]string{"http": ":80", "https": ":443"}[to.Scheme]; own != "" {
		host = strings.TrimSuffix(host, own) // as an exchange says its host
	}
	return host + to.EscapedPath()
}
