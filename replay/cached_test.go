package replay

import (
	"testing"

	"runnertape/decode"
)

// What is put into a cache comes from there later, whoever signs; until then it is as recorded. What a job's script puts
// into a storage is treated the same way.
func TestCache(t *testing.T) {
	t.Run("runner's", func(t *testing.T) {
		testCache(t, "/ci/project/9/", "?X-Amz-Credential=ak&X-Amz-Signature=", decode.Cache)
	})
	t.Run("script's", func(t *testing.T) { testCache(t, "/cache/", "?X-Amz-Signature=", decode.Unknown) })
}

func testCache(t *testing.T, folder, signed string, endpoint decode.Endpoint) {
	const store = "https://s3.example"
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched(store+folder+"key"+signed+"aa", 404, "<Error/>"),
		Take{Method: "PUT", URL: store + folder + "key" + signed + "bb", Body: "recorded", Status: 200},
		fetched(store+folder+"old"+signed+"aa", 200, "recorded"),
	), nil)
	r.askAt("GET", store, folder+"key"+signed+"cc", "").want(t, 404)
	tag := r.askAt("PUT", store, folder+"key"+signed+"dd", "made now").want(t, 200).header.Get("ETag")
	r.askAt("PUT", store, folder+"new"+signed+"dd", "never recorded").want(t, 200)
	for target, want := range map[string]string{folder + "key" + signed + "ee": "made now", folder + "new" + signed + "ee": "never recorded", folder + "old" + signed + "ee": "recorded"} {
		if a := r.askAt("GET", store, target, "").want(t, 200); a.body != want {
			t.Errorf("%s: %q", target, a.body)
		}
	}
	r.askAt("HEAD", store, folder+"key"+signed+"ee", "", "If-None-Match", tag).want(t, 304)
	r.askAt("PUT", "https://elsewhere.example", folder+"other"+signed+"dd", "x").want(t, 404)
	r.askAt("PUT", store, folder+"unsigned", "x").want(t, 404)
	if c := r.Receipt(); c.Missed != 2 || c.Endpoints[endpoint].Missed == 0 || c.Misses[0].Endpoint != string(endpoint) {
		t.Errorf("%d missed: %+v, %+v", c.Missed, c.Endpoints, c.Misses)
	}
}
