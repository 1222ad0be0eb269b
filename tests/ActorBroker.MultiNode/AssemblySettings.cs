// Each spec starts several processes that want both cores; one spec after the other they are quicker and their limits mean something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
