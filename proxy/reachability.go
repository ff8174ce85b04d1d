package proxy

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"sync"
)

// reachability says once that an upstream is gone, and once that it is back.
type reachability struct{ lostHosts sync.Map }

func (d *reachability) lost(log *slog.Logger, address string, err error) {
	if _, known := d.lostHosts.LoadOrStore(address, true); !known {
		advice := ""
		if _, private := errors.AsType[x509.UnknownAuthorityError](err); private {
			advice = "; --upstream-ca FILE trusts the CA of a private one"
		}
		log.Warn("cannot reach "+address+"; clients get 502 until it is back"+advice, "error", shortError(err))
	}
}

func (d *reachability) found(log *slog.Logger, address string) {
	if _, known := d.lostHosts.LoadAndDelete(address); known {
		log.Info("reached " + address + " again")
	}
}
