"""What every door needs of HTTP: formats, conditions, parameters, problems, limits and pages."""
