package com.example.shop;

import dev.backgroundjobs.BackgroundJob;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;

@SpringBootApplication
public class ShopApplication {

	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

	@Bean
	ApplicationRunner newCustomer(Mails mails) {
		return (arguments) -> mails.sendWelcome(new Customer("Ada"));
	}

	@Service
	static class Mails {

		@BackgroundJob("mail")
		void sendWelcome(Customer customer) {
			System.out.println("Version 1 welcomes " + customer.name());
		}

	}

	record Customer(String name) {

	}

}
