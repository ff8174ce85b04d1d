package proxy

import (
	"log/slog"
	"sync"
)

// reachability says once that an upstream is gone, and once that it is back.
type reachability struct{ lostHosts sync.Map }

func (d *reachability) lost(log *slog.Logger, address string, err error) {
	if _, known := d.lostHosts.LoadOrStore(address, true); !known {
		log.Warn("cannot reach "+address+"; clients get 502 until it is back", "error", shortError(err))
	}
}

func (d *reachability) found(log *slog.Logger, address string) {
	if _, known := d.lostHosts.LoadAndDelete(address); known {
		log.Info("reached " + address + " again")
	}
}
