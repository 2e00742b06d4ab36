package com.example.shop;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Service;

@Service
public class Mails {

	private static final Logger logger = LoggerFactory.getLogger(Mails.class);

	@BackgroundJob("mail")
	public JobHandle<Void> sendWelcome(Customer customer) {
		logger.info("Welcome, {}", customer.name());
		return JobHandle.completed();
	}

	public record Customer(String name, int number) {

	}

}
