package main

import (
	"crypto/x509"
	"fmt"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// fallbackRoots gives a system that has no root certificates, as an empty container, those of Mozilla as of this
// build, and tells whether it did. It is called where certificates are checked, not imported for its init: that
// would cost every command the time to parse them.
var fallbackRoots = sync.OnceValues(func() (used bool, err error) {
	system, err := x509.SystemCertPool()
	if err == nil && !system.Equal(x509.NewCertPool()) {
		return false, nil
	}
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			return false, fmt.Errorf("read the root certificates in this program: %w", err)
		}
		if root.Constraint == nil {
			pool.AddCert(cert)
		} else {
			pool.AddCertWithConstraint(cert, root.Constraint)
		}
	}
	x509.SetFallbackRoots(pool) // which panics if called twice
	return true, nil
})
